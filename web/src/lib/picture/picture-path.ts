import { addressOf, type BattleAddress } from '../battle/battle-address.ts'

/** The path of the picture of a battle. It depends on what the picture shows, and on nothing else. */
export function picturePathOf({ channels, range, scale }: BattleAddress): string {
  const address = addressOf({ channels, range, scale })
  return `/picture.png${address.slice(1)}`
}
