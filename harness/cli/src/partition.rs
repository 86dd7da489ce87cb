//! Takes the name of a script; tells whether it belongs to a shard. The same on every machine.

/// One of several shards, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The shard's number.
    pub shard: u64,
    /// The number of shards.
    pub of: u64,
}

impl Partition {
    /// Whether the script of this name belongs to the shard.
    pub fn has(&self, name: &str) -> bool {
        // FNV-1a: the same on every machine and in every version.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        hash % self.of == self.shard - 1
    }
}

#[cfg(test)]
mod tests {
    use crate::values::partition;

    #[test]
    fn every_script_is_in_one_shard() {
        let shards = [1, 2, 3].map(|shard| partition(&format!("hash:{shard}/3")).unwrap());
        let names = ["wasm-v1/address.wast", "a", "b", "c", "d"];
        for name in names {
            assert_eq!(shards.iter().filter(|shard| shard.has(name)).count(), 1);
        }
        for wrong in ["hash:0/3", "hash:4/3", "count:1/3", "hash:1", "hash:a/b"] {
            assert!(partition(wrong).is_err());
        }
    }
}
