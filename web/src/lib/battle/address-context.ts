import { getContext, setContext } from 'svelte'
import type { BattleAddress } from './battle-address.ts'

type Changes = Partial<BattleAddress>

/** The address of the battle that is shown, for its parts. */
export interface AddressContext {
  /** Reactive. */
  readonly current: BattleAddress
  /** The address with some options changed, for a link. */
  addressWith(changes: Changes): string
  /** Shows other options: a step of the browser's history, unless `replace`. */
  change(changes: Changes, options?: { replace?: boolean }): void
}

const key = Symbol('battle address')

export function provideBattleAddress(address: AddressContext): AddressContext {
  return setContext(key, address)
}

/** To be called while a component is created. */
export function useBattleAddress(): AddressContext {
  return getContext<AddressContext>(key)
}
