//! What does the Jinja in the values of a project's YAML files make now?

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::{Asked, vars_of};
use crate::dbt::{Config, Value, get};
use crate::project::config::{YamlValues, templates};
use crate::project::{Definition, Meaning, Project, target};
use crate::render::{Inputs, yaml_value};

impl Project {
    /// What the Jinja in its YAML values makes; `None` where that is known. `root` is the project
    /// that installed it.
    pub(super) fn yaml_values(
        &self,
        root: Option<&Project>,
        asked: &Asked<'_>,
    ) -> Option<Arc<YamlValues>> {
        let of_definition = self.definition_templates();
        let of_properties = self.property_templates();
        if of_definition.is_empty() && of_properties.is_empty() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (asked.target, asked.vars, asked.environment).hash(&mut hasher);
        root.unwrap_or(self).profiles.hash(&mut hasher);
        for project in std::iter::once(self).chain(root) {
            for file in [Definition::FILE_NAME, Definition::VARS_FILE] {
                let text = project.file(file);
                text.map(|text| text.text_hash).hash(&mut hasher);
            }
        }
        let key = hasher.finish();
        let old = &self.yaml_values;
        let is_known = old.key == key
            && of_definition
                .iter()
                .all(|text| old.of_definition.contains_key(*text))
            && of_properties
                .iter()
                .all(|text| old.of_properties.contains_key(*text));
        if is_known {
            return None;
        }
        let target = target::of(root.unwrap_or(self), asked);
        let given = asked.vars.map_or_else(Config::new, vars_of);
        let made = |vars: &Config, texts: Vec<&str>| {
            let inputs = Inputs {
                vars,
                given_vars: &given,
                dispatch: &[],
                environment: asked.environment,
                target: &target,
            };
            let texts = texts.into_iter();
            texts
                .map(|text| (text.into(), yaml_value(text, self.name(), &inputs)))
                .collect()
        };
        Some(Arc::new(YamlValues {
            key,
            // dbt_project.yml knows the variables of vars.yml and not its own.
            of_definition: made(&root.unwrap_or(self).vars_of_file(), of_definition),
            of_properties: made(&self.variables(root), of_properties),
        }))
    }

    /// The variables of its vars.yml.
    fn vars_of_file(&self) -> Config {
        match self.files.get(Definition::VARS_FILE) {
            Some(_) => self.vars().cloned().unwrap_or_default(),
            None => Config::new(),
        }
    }

    /// The variables that its property files know: its own, under those of the project that
    /// installed it.
    fn variables(&self, root: Option<&Project>) -> Config {
        let mut all = Config::new();
        for project in std::iter::once(self).chain(root) {
            let Some(vars) = project.vars() else {
                continue;
            };
            all.extend(vars.iter().cloned());
            if let Some(Value::Map(own)) = get(vars, self.name()) {
                all.extend(own.iter().cloned());
            }
        }
        all
    }

    fn definition_templates(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let definition = Some(&self.definition);
        for definition in definition.into_iter().chain(&self.root_definition) {
            templates(&definition.keys, &mut |text| found.push(text));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn property_templates(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut see = |text| found.push(text);
        for facts in self.files.values() {
            let Meaning::Properties(properties) = &*facts.meaning else {
                continue;
            };
            for entry in &properties.entries {
                templates(&entry.config, &mut see);
                let versions = entry.versions.iter().map(|version| &version.config);
                let tables = entry.source.iter().flat_map(|source| &source.tables);
                let all = versions.chain(tables.map(|table| &table.config));
                all.for_each(|config| templates(config, &mut see));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
