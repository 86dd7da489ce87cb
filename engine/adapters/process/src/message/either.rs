//! Reads types that are a word or an object. By hand, because serde would first build a tree of
//! whatever is in their place, which is many times as large as the line.

use super::ty::{Defined, Heap, HeapName, Simple, ValType};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, Unexpected, Visitor};
use std::fmt;

impl<'de> Deserialize<'de> for ValType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<ValType, D::Error> {
        /// The fields of a reference type.
        #[derive(Deserialize)]
        struct Fields {
            #[serde(rename = "ref")]
            heap: Heap,
            #[serde(default)]
            null: bool,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ValType;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let reference = "{\"ref\":\"any\",\"null\":true}";
                write!(f, "a value type, such as \"i32\", \"funcref\" or {reference}")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<ValType, E> {
                let simple = Simple::deserialize(name.into_deserializer());
                simple
                    .map(ValType::Simple)
                    .map_err(|_: E| E::invalid_value(Unexpected::Str(name), &self))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<ValType, M::Error> {
                let Fields { heap, null } = Fields::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ValType::Ref { heap, null })
            }
        }
        from.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Heap {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Heap, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Heap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a heap type, such as \"any\" or {\"func\":4}")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Heap, E> {
                let named = HeapName::deserialize(name.into_deserializer());
                named
                    .map(Heap::Named)
                    .map_err(|_: E| E::invalid_value(Unexpected::Str(name), &self))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Heap, M::Error> {
                Defined::deserialize(MapAccessDeserializer::new(map)).map(Heap::Defined)
            }
        }
        from.deserialize_any(Either)
    }
}
