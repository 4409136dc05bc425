// Which other extensions answer for dbt files, and what of it? Looked up in what each of them registers.

import * as vscode from 'vscode';

/** By the id of an extension: the features of ours that it has too, for one project. */
const OTHERS: Record<string, readonly string[]> = {
  // The official extension, over the language server of dbt's own engine.
  'dbtLabsInc.dbt': ['completion', 'hover', 'definition', 'references'],
  // dbt Power User: providers of its own.
  'innoverio.vscode-dbt-power-user': ['completion', 'hover', 'definition'],
};

/**
 * The features in which we keep to what leads from one project into another, since somebody else answers the rest.
 * One that the user has set, to `true` or `false`, is the user's.
 */
export function beside(): string[] {
  const settings = vscode.workspace.getConfiguration('dbtMesh');
  const isSet = (feature: string): boolean => {
    const found = settings.inspect(`features.${feature}`);
    return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined);
  };
  const others = Object.entries(OTHERS).filter(([id]) => vscode.extensions.getExtension(id) !== undefined);
  const features = new Set(others.flatMap(([, features]) => features));
  return [...features].filter((feature) => !isSet(feature));
}
