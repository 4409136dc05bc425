//! `type: snowflake`: a file of a stage, as Snowflake's own drivers get it: signed in with the
//! project's profile, told where the file is and how it is encrypted, read from the cloud's store.

mod encryption;
mod key;
mod login;
mod profile;
mod stage;

use futures_util::{StreamExt, stream};
use reqwest::{Response, StatusCode};

use self::encryption::Material;
use super::http::body;
use super::{Answer, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::SnowflakePlace;

/// Asks for the file.
pub(super) async fn fetch(
    place: &SnowflakePlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let statement = statement(place)?;
    let profile = profile::read(around)?;
    let session = login::sign_in(&profile, around).await?;
    let told = session.run(&statement, around).await;
    session.sign_out(around).await;
    let file = stage::file(&told?, place)?;
    let response = stage::ask(&file, known, around).await?;
    if response.status() == StatusCode::NOT_MODIFIED {
        return Ok(Answer::NotModified);
    }
    let Some(material) = &file.material else {
        return Ok(Answer::Body(body(response)));
    };
    decrypted(response, material, around.most_bytes).await
}

/// `get`, which names where a file is; what could end the statement is not let into it.
fn statement(place: &SnowflakePlace) -> Result<String, Fault> {
    let SnowflakePlace { stage, stage_path } = place;
    let path = stage_path.trim_start_matches('/');
    let stage = stage.trim_start_matches('@');
    let is_odd =
        |letter: char| letter.is_whitespace() || letter.is_control() || ";'\\".contains(letter);
    for text in [stage, path] {
        if text.is_empty() || text.contains(is_odd) || text.contains("--") || text.contains("/*") {
            let message = "ask Snowflake: `stage` and `stage_path` cannot be names of a file";
            return Err(Fault::new(FaultKind::Config, message));
        }
    }
    Ok(format!("get @{stage}/{path} file:///stage/"))
}

/// The file in clear: a stage of Snowflake's own keeps files encrypted by whoever put them there.
async fn decrypted(
    response: Response,
    material: &Material,
    most_bytes: usize,
) -> Result<Answer, Fault> {
    let file = material.file(response.headers())?;
    let mut found = body(response);
    let Some(file) = file else {
        return Ok(Answer::Body(found));
    };
    let mut all = Vec::new();
    while let Some(piece) = found.bytes.next().await {
        all.extend(piece?);
        if all.len() > most_bytes {
            let message = "read the file of the stage: it is larger than a manifest may be";
            return Err(Fault::new(FaultKind::TooLarge, message));
        }
    }
    let clear = file.decrypt(all)?;
    found.size = Some(clear.len() as u64);
    found.bytes = stream::once(async { Ok(clear) }).boxed();
    Ok(Answer::Body(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_no_place_for_another_statement() {
        let of = |stage: &str, path: &str| {
            let place = SnowflakePlace {
                stage: stage.into(),
                stage_path: path.into(),
            };
            statement(&place).ok()
        };
        assert_eq!(
            of("prod.public.mesh", "/core/manifest.json").as_deref(),
            Some("get @prod.public.mesh/core/manifest.json file:///stage/")
        );
        assert_eq!(
            of("~", "m.json").as_deref(),
            Some("get @~/m.json file:///stage/")
        );
        assert_eq!(of("mesh; drop table orders", "m.json"), None);
        assert_eq!(of("mesh", "m.json' file:///etc/"), None);
        assert_eq!(of("mesh", "m.json--"), None);
    }
}
