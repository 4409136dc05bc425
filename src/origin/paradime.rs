//! `type: paradime`: what the last good run of a Bolt schedule left behind.

use reqwest::Url;
use serde_json::{Value, json};

use super::platform::{elsewhere, endpoint};
use super::{Answer, Fault, FaultKind, Surroundings, Validators, platform};
use crate::manifest::loom::ParadimePlace;

const RUNS: &str = "query($scheduleName: String!, $offset: Int!, $limit: Int!) { \
    listBoltRuns(scheduleName: $scheduleName, offset: $offset, limit: $limit) { runs { id } } }";
const COMMANDS: &str =
    "query($runId: Int!) { boltRunStatus(runId: $runId) { commands { id returnCode } } }";
const RESOURCES: &str =
    "query($commandId: Int!) { boltCommand(commandId: $commandId) { resources { id path } } }";
const ADDRESS: &str =
    "query($resourceId: Int!) { boltResourceUrl(resourceId: $resourceId) { url } }";
const MANIFEST: &str = "target/manifest.json";
/// So many runs are looked through for one with a manifest.
const MOST_RUNS: usize = 50;

/// The service, and who asks.
struct Service<'a> {
    address: Url,
    key: &'a str,
    secret: &'a str,
    around: &'a Surroundings,
}

/// Looks for the newest manifest, and reads it where it is another one.
pub(super) async fn fetch(
    place: &ParadimePlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let service = service(place, around)?;
    let schedule = &place.schedule_name;
    let found = service.newest(place).await?;
    let Some(resource) = found else {
        let message = format!(
            "{} knows no manifest of the last {MOST_RUNS} runs of schedule `{schedule}`",
            service.host()
        );
        return Err(Fault::new(FaultKind::NotFound, message));
    };
    let version = format!("resource {resource}");
    if known.is_some_and(|known| known.version.as_ref() == Some(&version)) {
        return Ok(Answer::NotModified);
    }
    let found = service
        .ask(ADDRESS, json!({"resourceId": resource}))
        .await?;
    let address = found
        .pointer("/boltResourceUrl/url")
        .and_then(Value::as_str);
    let address = address.and_then(|address| Url::parse(address).ok());
    let Some(address) = address else {
        return Err(service.other("it names no address of the manifest"));
    };
    let mut answer = elsewhere(address, around).await?;
    if let Answer::Body(body) = &mut answer {
        body.validators.version = Some(version);
    }
    Ok(answer)
}

fn service<'a>(place: &'a ParadimePlace, around: &'a Surroundings) -> Result<Service<'a>, Fault> {
    let said = |field: &'a Option<String>, name: &'static str| {
        field
            .as_deref()
            .or_else(|| around.variable(name))
            .ok_or(name)
    };
    let all = [
        said(&place.api_key, "PARADIME_API_KEY"),
        said(&place.api_secret, "PARADIME_API_SECRET"),
        said(&place.api_endpoint, "PARADIME_API_ENDPOINT"),
    ];
    match all {
        [Ok(key), Ok(secret), Ok(address)] => Ok(Service {
            address: endpoint(address, "`api_endpoint`")?,
            key,
            secret,
            around,
        }),
        all => {
            let missing = all.into_iter().filter_map(Result::err);
            let missing = missing.collect::<Vec<_>>().join(", ");
            let message = format!(
                "find credentials of Paradime: {missing} not set, and nothing in the config for it"
            );
            Err(Fault::new(FaultKind::NoCredentials, message))
        }
    }
}

impl Service<'_> {
    /// The newest manifest of a command that succeeded: the last command first, or the one named.
    async fn newest(&self, place: &ParadimePlace) -> Result<Option<i64>, Fault> {
        let schedule = &place.schedule_name;
        let asked = json!({"scheduleName": schedule, "offset": 0, "limit": MOST_RUNS});
        let runs = self.ask(RUNS, asked).await?;
        for run in numbers(&runs, "/listBoltRuns/runs") {
            let found = self.ask(COMMANDS, json!({"runId": run})).await?;
            let commands = found.pointer("/boltRunStatus/commands");
            let commands = commands.and_then(Value::as_array).into_iter().flatten();
            let mut commands: Vec<(i64, bool)> = commands
                .filter_map(|command| {
                    let is_good = command.get("returnCode").and_then(Value::as_i64) == Some(0);
                    Some((number(command.get("id")?)?, is_good))
                })
                .collect();
            commands.sort_unstable();
            let looked_at: Vec<_> = match place.command_index {
                None => commands.into_iter().rev().collect(),
                Some(at) => of_index(&commands, at).into_iter().collect(),
            };
            for (command, _) in looked_at.into_iter().filter(|(_, is_good)| *is_good) {
                let found = self.ask(RESOURCES, json!({"commandId": command})).await?;
                let resources = found.pointer("/boltCommand/resources");
                let mut resources = resources.and_then(Value::as_array).into_iter().flatten();
                let manifest = resources
                    .find(|it| it.get("path").and_then(Value::as_str) == Some(MANIFEST))
                    .and_then(|it| number(it.get("id")?));
                if manifest.is_some() {
                    return Ok(manifest);
                }
            }
        }
        Ok(None)
    }

    async fn ask(&self, query: &str, variables: Value) -> Result<Value, Fault> {
        let body = json!({"query": query, "variables": variables}).to_string();
        let client = &self.around.network.direct;
        let request = client
            .post(self.address.clone())
            .header("content-type", "application/json")
            .header("x-api-key", self.key)
            .header("x-api-secret", self.secret)
            .body(body);
        let mut answer = platform::json(request, self.host(), "asked by GraphQL").await?;
        if let Some(error) = answer.pointer("/errors/0") {
            let words = error.get("message").and_then(Value::as_str).unwrap_or("");
            let words = words.replace(self.key, "***").replace(self.secret, "***");
            let words: String = words.chars().take(200).collect();
            let is_missing = words.to_lowercase().contains("not found");
            let fault = self.other(&format!("it says “{words}”"));
            return Err(if is_missing {
                Fault {
                    kind: FaultKind::NotFound,
                    ..fault
                }
            } else {
                fault
            });
        }
        Ok(answer.get_mut("data").map_or(Value::Null, Value::take))
    }

    fn host(&self) -> &str {
        self.address.host_str().unwrap_or_default()
    }

    fn other(&self, why: &str) -> Fault {
        let message = format!("ask {}: {why}", self.host());
        Fault::new(FaultKind::Other, message)
    }
}

/// A command by its index, from the end where that is negative.
fn of_index(commands: &[(i64, bool)], at: i64) -> Option<(i64, bool)> {
    let length = i64::try_from(commands.len()).ok()?;
    let at = if at < 0 { length + at } else { at };
    commands.get(usize::try_from(at).ok()?).copied()
}

fn numbers(value: &Value, list: &str) -> Vec<i64> {
    let items = value.pointer(list).and_then(Value::as_array);
    let items = items.into_iter().flatten();
    items.filter_map(|item| number(item.get("id")?)).collect()
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
