import { getContext, setContext, untrack } from 'svelte'

export interface KeyBinding {
  /** Of `KeyboardEvent.key`; letters in lower case. */
  readonly key: string
  /** What it does, for the list of keys. */
  readonly label: string
  readonly run: () => void
}

const context = Symbol('keys')

/** The keys of what is shown now. A part of the page adds its own while it is shown. */
export class Keys {
  #sets = $state.raw<readonly (readonly KeyBinding[])[]>([])

  get all(): KeyBinding[] {
    return this.#sets.flat()
  }

  /** To be called in an effect: returns what removes the keys again. */
  add(bindings: readonly KeyBinding[]): () => void {
    // The effect does not depend on the keys of other parts.
    const sets = untrack(() => this.#sets)
    this.#sets = [...sets, bindings]
    return () => {
      this.#sets = this.#sets.filter((each) => each !== bindings)
    }
  }

  /** Runs the newest binding of a key, unless it belongs to a control or a modifier is held. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isControl(event.target))
      return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const found = this.all.findLast((binding) => binding.key === key)
    if (found === undefined) return
    event.preventDefault()
    found.run()
  }
}

export function provideKeys(): Keys {
  return setContext(context, new Keys())
}

/** To be called while a component is created. */
export function useKeys(): Keys {
  return getContext<Keys>(context)
}

/** Whether keys pressed there have a meaning of their own. */
function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input, select, textarea, button, a, summary, dialog, [role="slider"], [contenteditable]',
    ) !== null
  )
}
