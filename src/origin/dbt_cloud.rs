//! `type: dbt_cloud`: what the last good run of a job left behind.

use super::http::send;
use super::platform::{below, endpoint, file, json};
use super::{Answer, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::DbtCloudPlace;

const HOME: &str = "https://cloud.getdbt.com/api/v2";
const TOKEN: &str = "DBT_CLOUD_API_TOKEN";
/// The number that stands for success.
const SUCCESS: &str = "10";

/// Asks for the newest run, and for its manifest where it is another one.
pub(super) async fn fetch(
    place: &DbtCloudPlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let Some(token) = around.variable(TOKEN) else {
        let message = format!("find a token of dbt Cloud: {TOKEN} is not set");
        return Err(Fault::new(FaultKind::NoCredentials, message));
    };
    let home = place.api_endpoint.as_deref().unwrap_or(HOME);
    let home = endpoint(home, "`api_endpoint`")?;
    let host = home.host_str().unwrap_or_default().to_owned();
    let (account, job) = (place.account_id.to_string(), place.job_id.to_string());
    let mut runs = below(&home, ["accounts", &account, "runs", ""]);
    runs.query_pairs_mut()
        .append_pair("job_definition_id", &job)
        .append_pair("status", SUCCESS)
        .append_pair("order_by", "-finished_at")
        .append_pair("limit", "1");
    let client = &around.network.direct;
    let what = format!("asked for runs of job {job} in account {account}");
    let found = json(client.get(runs).bearer_auth(token), &host, &what).await;
    let found = found.map_err(|fault| with_advice(fault, place))?;
    let run = found
        .pointer("/data/0/id")
        .and_then(serde_json::Value::as_i64);
    let Some(run) = run else {
        let message = format!("{host} knows no successful run of job {job} in account {account}");
        return Err(Fault::new(FaultKind::NotFound, message));
    };
    let version = format!("run {run}");
    if known.is_some_and(|known| known.version.as_ref() == Some(&version)) {
        return Ok(Answer::NotModified);
    }
    let run = run.to_string();
    let parts = [
        "accounts",
        &account,
        "runs",
        &run,
        "artifacts",
        "manifest.json",
    ];
    let mut artifact = below(&home, parts);
    if let Some(step) = place.step {
        let step = step.to_string();
        artifact.query_pairs_mut().append_pair("step", &step);
    }
    let response = send(client.get(artifact).bearer_auth(token), &host).await?;
    let what = format!("asked for the manifest of run {run}");
    let mut answer = file(response, &host, &what, around).await?;
    if let Answer::Body(body) = &mut answer {
        body.validators.version = Some(version);
    }
    Ok(answer)
}

/// Accounts live at addresses of their own, and the default one knows nothing of them.
fn with_advice(fault: Fault, place: &DbtCloudPlace) -> Fault {
    let is_puzzling = matches!(
        fault.kind,
        FaultKind::Expired | FaultKind::Forbidden | FaultKind::NotFound | FaultKind::Redirects
    );
    if !is_puzzling || place.api_endpoint.is_some() {
        return fault;
    }
    let message = format!(
        "{}; an account of another region needs its `api_endpoint`",
        fault.message
    );
    Fault { message, ..fault }
}
