import type { Request, Response } from "express";

/** Handles the webhook calls of one channel. */
export type Endpoint = (request: Request, response: Response) => Promise<void>;

/** The small body of a good answer. Source: Rasa, connector health route. */
export function sendOk(response: Response): void {
  response.status(200).set("Content-Type", "application/json; charset=utf-8");
  response.end('{"status":"ok"}');
}
