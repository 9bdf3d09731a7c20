import type { Plant } from "../world/world.ts"

/** All of them at once: each wraps what the ones before it have made of the ports. */
export const combinePlants = (plants: ReadonlyArray<Plant>): Plant => ({
  store: (store, world) => plants.reduce((wrapped, plant) => plant.store?.(wrapped, world) ?? wrapped, store),
  nodes: (nodes, world) => plants.reduce((wrapped, plant) => plant.nodes?.(wrapped, world) ?? wrapped, nodes),
})
