// What the editor adds to the server: starting and stopping it, and places to show what it says.

import * as vscode from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import { Lineage } from './lineage';
import type { At } from './protocol';
import * as protocol from './protocol';
import { Server } from './server';
import { StatusItem } from './status';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server(context);
  server = started;
  const status = new StatusItem(started);
  const lineage = new Lineage(started);
  const commands: Record<string, () => unknown> = {
    showMesh: () => status.show(),
    restart: () => started.restart(),
    showLog: () => { started.log.show(); },
    refresh: () => started.running?.sendRequest(ExecuteCommandRequest.type, { command: protocol.reload }),
    openPublished: () => openPublished(started),
    showLineage: () => lineage.show(at(started) ?? {}),
    generateContract: () => generateContract(started),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`dbtMesh.${name}`, run));
  }
  context.subscriptions.push(
    started,
    status,
    lineage,
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
    // Another extension for dbt may have come or gone.
    vscode.extensions.onDidChange(() => started.othersChanged()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (['dbtMesh.server', 'dbtMesh.features'].some((section) => change.affectsConfiguration(section))) {
        void started.restart();
      }
    }),
  );
  await started.start();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** Where the cursor is. */
function at(server: Server): At | undefined {
  const client = server.running;
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) {
    return undefined;
  }
  return client.code2ProtocolConverter.asTextDocumentPositionParams(editor.document, editor.selection.active);
}

/** The server makes the edit, or says why there is none. */
async function generateContract(server: Server): Promise<void> {
  const place = at(server);
  if (place) {
    await server.running?.sendRequest(ExecuteCommandRequest.type, { command: protocol.writeContract, arguments: [place] });
  }
}

async function openPublished(server: Server): Promise<void> {
  const client = server.running;
  const place = at(server);
  if (!client || !place) {
    return;
  }
  const location = await client.sendRequest(protocol.published, place);
  if (!location) {
    void vscode.window.showInformationMessage('dbt mesh: no manifest has the model at hand.');
    return;
  }
  const { uri, range } = client.protocol2CodeConverter.asLocation(location);
  await vscode.window.showTextDocument(uri, { selection: range, preview: false });
}
