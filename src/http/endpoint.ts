import type { Request, Response } from "express";

/** Handles the webhook calls of one channel. */
export type Endpoint = (request: Request, response: Response) => Promise<void>;
