// How does the mesh stand? An item of the status bar, and a list.

import * as vscode from 'vscode';
import type { Server } from './server';
import type { Status } from './protocol';
import * as protocol from './protocol';

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: vscode.Disposable[] = [];
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    this.item = vscode.window.createStatusBarItem('dbtMesh.status', vscode.StatusBarAlignment.Left, 1);
    this.item.name = 'dbt mesh';
    this.item.command = 'dbtMesh.showMesh';
    this.say('$(sync~spin) dbt mesh', 'The server starts');
    this.item.show();
    this.subscriptions.push(
      server.onChanged((client) => {
        if (client) {
          client.onNotification(protocol.statusChanged, () => { this.askSoon(); });
          this.askSoon();
        } else {
          this.say('$(error) dbt mesh', 'The server does not run');
        }
      }),
    );
  }

  /** The list of projects and manifests; choosing one opens it. */
  async show(): Promise<void> {
    const status = await this.ask();
    if (!status) {
      const restart = 'Restart';
      const chosen = await vscode.window.showInformationMessage('The server of dbt mesh does not run.', restart, 'Show Log');
      if (chosen) {
        await vscode.commands.executeCommand(chosen === restart ? 'dbtMesh.restart' : 'dbtMesh.showLog');
      }
      return;
    }
    const chosen = await vscode.window.showQuickPick(items(status), {
      title: `dbt mesh: ${status.summary}`,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    await chosen?.run?.();
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.item.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private askSoon(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.ask(), 150);
  }

  private async ask(): Promise<Status | undefined> {
    const client = this.server.running;
    if (!client) {
      return undefined;
    }
    const status = await client.sendRequest(protocol.status);
    this.say(`$(${status.hasProblem ? 'warning' : 'type-hierarchy'}) ${status.summary}`, tooltip(status));
    return status;
  }

  private say(text: string, about: string | vscode.MarkdownString): void {
    this.item.text = text;
    this.item.tooltip = about;
  }
}

type Choice = vscode.QuickPickItem & { run?: () => Thenable<unknown> };

function items(status: Status): Choice[] {
  const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    { label: '$(refresh) Refresh Manifests', run: () => vscode.commands.executeCommand('dbtMesh.refresh') },
    { label: '$(output) Show Log', run: () => vscode.commands.executeCommand('dbtMesh.showLog') },
    separator('Projects'),
    ...status.projects.map((project): Choice => ({
      label: `$(folder) ${project.name}`,
      description: project.summary,
      detail: project.root,
      run: () => vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(project.root)),
    })),
    separator('Manifests'),
    ...status.manifests.map((manifest): Choice => ({
      label: `$(${manifest.problem === null ? 'file' : 'warning'}) ${manifest.name}`,
      description: `read by ${manifest.project} · ${manifest.summary}`,
      detail: manifest.problem ?? manifest.origin,
    })),
  ];
}

function tooltip(status: Status): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const project of status.projects) {
    text.appendText(`${project.name}: ${project.summary}\n`);
  }
  text.appendMarkdown('\n\n---\n\n');
  for (const manifest of status.manifests) {
    text.appendText(`${manifest.project} reads ${manifest.name}: ${manifest.problem ?? manifest.summary}\n`);
  }
  return text;
}
