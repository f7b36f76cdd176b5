//! Configs: round trip, unknown keys, bad fields.

use midfuse_core::{Config, Error};
use serde_json::Value;
use tch::{Device, nn::VarStore};

use super::subject::Subject;

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_config(&self) {
        let what = self.what("config");
        let config = &self.contract.config;
        config
            .validate()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let json = serde_json::to_string(config).unwrap();
        let back: C = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{what}: {e}: {json}"));
        assert_eq!(
            serde_json::to_value(config).unwrap(),
            serde_json::to_value(&back).unwrap(),
            "{what}: JSON round trip"
        );
        let mut value: Value = serde_json::from_str(&json).unwrap();
        let fields = value
            .as_object_mut()
            .unwrap_or_else(|| panic!("{what}: no JSON object"));
        fields.insert("no_such_field".into(), Value::from(1));
        assert!(
            serde_json::from_value::<C>(value).is_err(),
            "{what}: accepts an unknown key"
        );
        for (field, bad) in &self.contract.invalid_configs {
            let vs = VarStore::new(Device::Cpu);
            for error in [bad.validate().err(), bad.init(vs.root()).err()] {
                let Some(Error::Config(error)) = error else {
                    panic!("{what}: {field}: no config error for {bad:?}, got {error:?}")
                };
                assert_eq!(&error.field, field, "{what}: {error}");
            }
            assert!(
                vs.is_empty(),
                "{what}: {field}: parameters before validation"
            );
        }
    }
}
