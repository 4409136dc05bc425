//! The outline of a file, and the things of the mesh by name.

mod outline;
mod search;

pub(super) use outline::outline;
pub(super) use search::search;

use crate::dbt::ResourceType;
use crate::project::Section;
use crate::syntax::jinja::BlockKind;

use super::SymbolKind;

fn of_resource(resource_type: ResourceType) -> SymbolKind {
    match resource_type {
        ResourceType::Model => SymbolKind::Model,
        ResourceType::Seed => SymbolKind::Seed,
        ResourceType::Snapshot => SymbolKind::Snapshot,
        ResourceType::Source => SymbolKind::Source,
        ResourceType::Test | ResourceType::UnitTest => SymbolKind::Test,
        ResourceType::Macro | ResourceType::Function => SymbolKind::Macro,
        ResourceType::Exposure => SymbolKind::Exposure,
        ResourceType::Group => SymbolKind::Group,
        ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::Doc => SymbolKind::Other,
    }
}

fn of_section(section: Section) -> SymbolKind {
    match section {
        Section::Models => SymbolKind::Model,
        Section::Seeds => SymbolKind::Seed,
        Section::Snapshots => SymbolKind::Snapshot,
        Section::Sources => SymbolKind::Source,
        Section::Exposures => SymbolKind::Exposure,
        Section::Groups => SymbolKind::Group,
        Section::Macros | Section::Functions => SymbolKind::Macro,
        Section::UnitTests | Section::DataTests => SymbolKind::Test,
        Section::Analyses | Section::Metrics | Section::SemanticModels | Section::SavedQueries => {
            SymbolKind::Other
        }
    }
}

fn of_block(kind: BlockKind) -> SymbolKind {
    match kind {
        BlockKind::Macro | BlockKind::Materialization => SymbolKind::Macro,
        BlockKind::Test => SymbolKind::Test,
        BlockKind::Snapshot => SymbolKind::Snapshot,
        BlockKind::Docs => SymbolKind::Other,
    }
}

#[cfg(test)]
mod tests;
