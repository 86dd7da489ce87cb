//! The settings of engines that change code: takes a name; changes a config. Starts no engine.

use wassay_engine::{Bounds, Config, Feature, Features, Isa, Opt, Relaxed};

/// A setting by name.
pub(crate) struct Setting {
    pub name: &'static str,
    apply: fn(&mut Config),
}

/// The architecture that this machine is not.
const OTHER: &str = if cfg!(target_arch = "x86_64") { "aarch64" } else { "x86_64" };

/// The setting whose code cannot run here.
pub(crate) const OTHER_MACHINE: &str = "another architecture";

/// Every setting that differs from [`base`].
pub(crate) const SETTINGS: &[Setting] = &[
    Setting { name: "optimization", apply: |config| config.opt = Opt::Speed },
    Setting { name: "explicit bounds", apply: |config| config.bounds = Bounds::Explicit },
    Setting { name: "native relaxed SIMD", apply: |config| config.relaxed = Relaxed::Native },
    Setting { name: "interruption", apply: |config| config.interruption = true },
    Setting {
        name: "fewer features",
        // No scene that is used with this setting needs it.
        apply: |config| {
            config.features = config.features.minus(Features::of(&[Feature::TailCall]));
        },
    },
    Setting {
        name: "a CPU without extensions",
        apply: |config| {
            let arch = std::env::consts::ARCH.to_string();
            config.isa = Isa::Named { arch, features: Vec::new() };
        },
    },
    Setting {
        name: OTHER_MACHINE,
        apply: |config| {
            config.isa = Isa::Named { arch: OTHER.to_string(), features: Vec::new() };
        },
    },
];

/// The config without a setting. The modules hardly run, so the least effort is the best.
pub(crate) fn base(features: Features) -> Config {
    Config { opt: Opt::None, ..Config::new(features) }
}

/// Changes a config by a setting.
///
/// # Errors
/// If there is no setting of this name.
pub(crate) fn apply(name: &str, config: &mut Config) -> Result<(), String> {
    let setting = SETTINGS.iter().find(|setting| setting.name == name);
    (setting.ok_or_else(|| format!("there is no setting `{name}`"))?.apply)(config);
    Ok(())
}
