import { useMessages } from '../preferences/preferences.svelte.ts'
import { useKeys } from '../shell/keys.svelte.ts'
import { boardMessages } from './board-messages.ts'

/** The keys 1 to 4 lead to the cards of these channels. To be called while a component is created. */
export function useCardKeys(logins: () => readonly string[]): void {
  const keys = useKeys()
  const text = useMessages(boardMessages)
  $effect(() =>
    keys.add(
      logins().map((login, index) => ({
        key: String(index + 1),
        label: text.toCard(login),
        run: () => document.getElementById(`name-${login}`)?.focus(),
      })),
    ),
  )
}
