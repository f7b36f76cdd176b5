//! Configs of one kind by name.

use midfuse_base::suggest::there_are;
use midfuse_base::{ChoiceInfo, OptionKind};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::named::{Chosen, Named};
use crate::{Error, Result};

/// Configs that do the same in different ways, by name, in the order in which they were added.
pub(crate) struct Members<T: ?Sized> {
    /// What they are, and the key that names one: `"optimizer"`.
    what: &'static str,
    members: Vec<Member<T>>,
}

/// A config with the values that hold where nothing is written.
pub(crate) struct Member<T: ?Sized> {
    pub(crate) default: Chosen<T>,
    read: fn(Value) -> serde_json::Result<Chosen<T>>,
}

/// A member and what a table, or a name alone, says about its options.
pub(crate) struct Choice<'a, T: ?Sized> {
    what: &'static str,
    member: &'a Member<T>,
    written: Map<String, Value>,
}

impl<T: Named + ?Sized> Members<T> {
    pub(crate) fn new(what: &'static str) -> Self {
        Self {
            what,
            members: Vec::new(),
        }
    }

    /// Adds one whose name is new.
    pub(crate) fn insert<C>(&mut self, config: C)
    where
        C: DeserializeOwned,
        Chosen<T>: From<C>,
    {
        self.members.push(Member {
            default: config.into(),
            read: |options| serde_json::from_value::<C>(options).map(Chosen::from),
        });
    }

    /// What is written for a member, as lists show it.
    pub(crate) fn kind(&self) -> OptionKind {
        let choice = |member: &Chosen<T>| ChoiceInfo {
            name: member.name(),
            meaning: member.summary(),
        };
        OptionKind::Choice {
            choices: self.iter().map(choice).collect(),
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.iter().any(|member| member.name() == name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Chosen<T>> {
        self.members.iter().map(|member| &member.default)
    }

    /// Takes the key of this kind out of `fields`: a name, a table with a name, or a table of
    /// options of the default.
    pub(crate) fn choose(
        &self,
        fields: &mut Map<String, Value>,
        default: &str,
    ) -> Result<Choice<'_, T>> {
        let mut written = match fields.remove(self.what) {
            None => Map::new(),
            Some(Value::String(name)) => Map::from_iter([("name".to_owned(), name.into())]),
            Some(Value::Object(table)) => table,
            Some(other) => {
                let reason = format!(
                    "expected a name or a table, such as {{ name = \"{default}\" }}, got {other}"
                );
                return Err(Error::option(self.what, reason));
            }
        };
        let name = match written.remove("name") {
            None => default.to_owned(),
            Some(Value::String(name)) => name,
            Some(other) => {
                let key = format!("{}.name", self.what);
                return Err(Error::option(key, format!("expected a name, got {other}")));
            }
        };
        let mut members = self.members.iter();
        let member = members.find(|member| member.default.name() == name);
        let member = member.ok_or_else(|| {
            let known = there_are(&name, self.iter().map(|member| member.name()));
            Error::option(self.what, format!("no {} `{name}`{known}", self.what))
        })?;
        Ok(Choice {
            what: self.what,
            member,
            written,
        })
    }

    /// What says that this key is an option of members other than `chosen`; empty if it is not.
    pub(crate) fn hint(&self, key: &str, chosen: &str) -> String {
        let has = |member: &&Chosen<T>| member.fields().is_ok_and(|f| f.contains_key(key));
        match self.iter().find(has) {
            Some(owner) => format!(
                "; it is an option of the {what} `{}`, and this is `{chosen}`",
                owner.name(),
                what = self.what,
            ),
            None => String::new(),
        }
    }
}

impl<T: Named + ?Sized> Choice<'_, T> {
    pub(crate) fn defaults(&self) -> Result<Map<String, Value>> {
        let fields = self.member.default.fields();
        fields.map_err(|error| Error::option(self.what, error.to_string()))
    }

    /// The config, from its table and from its options that stand in `fields` themselves.
    pub(crate) fn read(mut self, fields: &mut Map<String, Value>) -> Result<Chosen<T>> {
        let (what, name) = (self.what, self.member.default.name());
        let mut all = self.defaults()?;
        for key in all.keys() {
            if let Some(value) = fields.remove(key)
                && self.written.insert(key.clone(), value).is_some()
            {
                let reason = format!("is there twice, also as `{what}.{key}`; remove one");
                return Err(Error::option(key, reason));
            }
        }
        if let Some(key) = self.written.keys().find(|key| !all.contains_key(*key)) {
            let reason = match all.len() {
                0 => format!("{what} `{name}` has no options, so there is no `{key}`"),
                _ => format!(
                    "{what} `{name}` has no option `{key}`{}",
                    there_are(key, all.keys().map(String::as_str))
                ),
            };
            return Err(Error::option(what, reason));
        }
        all.extend(self.written);
        (self.member.read)(Value::Object(all))
            .map_err(|error| Error::option(format!("{what} `{name}`"), error.to_string()))
    }
}
