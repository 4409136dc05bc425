// What the server says beyond the protocol. It alone knows dbt; all texts come from it.

import { NotificationType, RequestType, RequestType0 } from 'vscode-languageclient/node';
import type { Location, Position, TextDocumentIdentifier } from 'vscode-languageclient/node';

/** The place that a question is about. */
export interface At {
  textDocument: TextDocumentIdentifier;
  position: Position;
}

export interface Status {
  /** A few words for the status bar. */
  summary: string;
  /** Whether some manifest cannot be had. */
  hasProblem: boolean;
  projects: { name: string; root: string; summary: string }[];
  manifests: { name: string; project: string; origin: string; summary: string; problem: string | null }[];
}

/** A picture of the mesh around some models. */
export interface Picture {
  title: string;
  html: string;
}

export const status = new RequestType0<Status, void>('dbtMesh/status');
export const statusChanged = new NotificationType<null>('dbtMesh/statusChanged');
export const published = new RequestType<At, Location | null, void>('dbtMesh/published');
export const graph = new RequestType<Partial<At> & { models?: string[]; nonce: string }, Picture | null, void>('dbtMesh/graph');
export const place = new RequestType<{ id: string }, Location | null, void>('dbtMesh/place');
/** Writes the contract of the model at a place. */
export const writeContract = 'dbtMesh.writeContract';
/** Reads everything anew. */
export const reload = 'dbtMesh.reload';
