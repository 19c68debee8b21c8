import { getContext, setContext } from 'svelte'
import { ownsKey } from './own-keys.ts'

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
  // No state itself: what ends an effect reads the state from before, and would lose the keys that came with the same change.
  #sets: readonly (readonly KeyBinding[])[] = []
  #changes = 0
  #seen = $state(0)
  readonly #isOn: () => boolean

  /** `isOn`: whether the visitor wants single keys to do something. */
  constructor(isOn: () => boolean) {
    this.#isOn = isOn
  }

  /** The newest binding of each key. */
  get all(): KeyBinding[] {
    void this.#seen
    const all = this.#sets.flat()
    return all.filter((binding, index) => index === all.findLastIndex(({ key }) => key === binding.key))
  }

  /** To be called in an effect: returns what removes the keys again. */
  add(bindings: readonly KeyBinding[]): () => void {
    this.#change([...this.#sets, bindings])
    return () => this.#change(this.#sets.filter((each) => each !== bindings))
  }

  #change(sets: readonly (readonly KeyBinding[])[]): void {
    this.#sets = sets
    this.#seen = ++this.#changes
  }

  /** Runs the newest binding of a key, unless the focused control has a use for it or a modifier is held. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.#isOn() || isOfControl(event.target, event.key)) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const found = this.all.find((binding) => binding.key === key)
    if (found === undefined) return
    event.preventDefault()
    found.run()
  }
}

export function provideKeys(isOn: () => boolean): Keys {
  return setContext(context, new Keys(isOn))
}

/** To be called while a component is created. */
export function useKeys(): Keys {
  return getContext<Keys>(context)
}

const controls = 'input, select, textarea, button, a, summary, [role="slider"], [contenteditable]'

/** Whether a key pressed there has a meaning of its own. */
function isOfControl(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog') !== null) return true
  const control = target.closest<HTMLElement>(controls)
  if (control === null) return false
  return ownsKey(
    {
      tag: control.localName,
      type: control instanceof HTMLInputElement ? control.type : undefined,
      role: control.getAttribute('role'),
      isEditable: control.isContentEditable,
      isReadOnly: control instanceof HTMLInputElement && control.readOnly,
    },
    key,
  )
}
