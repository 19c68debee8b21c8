import { defineMessages, plural } from '../../i18n/messages.ts'

export const optOutMessages = defineMessages({
  en: {
    optOutHint:
      'The person is neither stored nor shown from now on, and removed from everything that was stored. This cannot be undone.',
    person: 'Twitch id or login',
    optOut: 'Opt out…',
    confirmTitle: (person: string) => `Opt ${person} out?`,
    confirm: 'Opt out for good',
    cancel: 'Cancel',
    close: 'Close',
    badPerson: 'Type a login, or a numeric id.',
    notSent: 'The server did not answer. Nothing may have happened; try again.',
    personMissing: 'The archive has no message of this login. Type the numeric id.',
    optOutsOff: 'PERSON_HASH_SECRET is not set, so no person can opt out.',
    job: 'No.',
    requested: 'Requested',
    removal: 'Removal',
    rewritten: 'Rewritten',
    running: 'running',
    done: (length: string) => `done in ${length}`,
    byOperator: 'by the operator',
    byPerson: 'in chat',
    noOptOuts: 'No opt-outs.',
    optOutTotal: (count: number, running: number) =>
      `${plural(count, '1 person has', `${count} people have`)} opted out; ${plural(running, '1 removal runs', `${running} removals run`)}.`,
  },
  de: {
    optOutHint:
      'Die Person wird ab jetzt weder gespeichert noch gezeigt und aus allem Gespeicherten entfernt. Das lässt sich nicht zurücknehmen.',
    person: 'Twitch-ID oder Login',
    optOut: 'Abmelden…',
    confirmTitle: (person) => `${person} abmelden?`,
    confirm: 'Endgültig abmelden',
    cancel: 'Abbrechen',
    close: 'Schließen',
    badPerson: 'Gib einen Login oder eine ID aus Ziffern ein.',
    notSent: 'Der Server hat nicht geantwortet. Vielleicht ist nichts geschehen; versuche es noch einmal.',
    personMissing: 'Das Archiv hat keine Nachricht dieses Logins. Gib die ID aus Ziffern ein.',
    optOutsOff: 'PERSON_HASH_SECRET ist nicht gesetzt, also kann sich niemand abmelden.',
    job: 'Nr.',
    requested: 'Verlangt',
    removal: 'Entfernen',
    rewritten: 'Umgeschrieben',
    running: 'läuft',
    done: (length) => `fertig nach ${length}`,
    byOperator: 'vom Betreiber',
    byPerson: 'im Chat',
    noOptOuts: 'Niemand hat sich abgemeldet.',
    optOutTotal: (count, running) =>
      `${plural(count, '1 Person hat', `${count} Personen haben`)} sich abgemeldet; ${plural(running, '1 Entfernen läuft', `${running} laufen noch`)}.`,
  },
})
