import {
  hasPrivatePostgres,
  type PrivatePostgres,
  startPrivatePostgres,
} from "../standins/private-postgres.ts";
import { openScene, type Scene, type SceneOptions } from "./scene.ts";

/** Why a fault that needs a server of its own cannot run here; undefined where it can. */
export const withoutOwnPostgres = (): string | undefined =>
  hasPrivatePostgres() ? undefined : "no PostgreSQL server is installed";

/** Runs a fault on a server of its own, which ends with it. */
export async function onOwnPostgres<Result>(
  work: (postgres: PrivatePostgres) => Promise<Result>,
): Promise<Result> {
  const postgres = await startPrivatePostgres();
  if (postgres === undefined) throw new Error(withoutOwnPostgres());
  try {
    return await work(postgres);
  } finally {
    postgres.close();
  }
}

/** The same with a scene on it. */
export function sceneOnOwnPostgres<Result>(
  options: SceneOptions,
  work: (scene: Scene, postgres: PrivatePostgres) => Promise<Result>,
): Promise<Result> {
  return onOwnPostgres(async (postgres) => {
    const scene = await openScene({ databaseUrl: postgres.url, ...options });
    try {
      return await work(scene, postgres);
    } finally {
      await scene.close();
    }
  });
}
