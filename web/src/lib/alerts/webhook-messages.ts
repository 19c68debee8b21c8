import { defineMessages } from '../i18n/messages.ts'

export const webhookMessages = defineMessages({
  en: {
    title: 'Webhooks of this installation',
    reason: 'Webhooks report also while no page is open. The operator of this installation sets them up.',
    what: 'Each moment of a channel is sent to an address in Discord’s form: its figures and the leading emote, no texts of people.',
    channel: 'Channel',
    url: 'Address of the webhook',
    add: 'Add the webhook',
    remove: (channel: string, hint: string) => `Remove: ${channel} → ${hint}`,
    nothingSent: 'nothing sent yet',
    sent: 'last moment sent',
    refused: 'last moment refused by the receiver',
    failed: 'last moment not sent: no answer',
    dropped: 'last moment not sent: too many waited',
    gone: 'The receiver does not exist any more.',
    unanswered: 'The server does not answer. Try again soon.',
  },
  de: {
    title: 'Webhooks dieser Installation',
    reason:
      'Webhooks melden auch, wenn keine Seite offen ist. Der Betreiber dieser Installation richtet sie ein.',
    what: 'Jeder Moment eines Kanals geht an eine Adresse in der Form von Discord: seine Zahlen und das führende Emote, keine Texte von Leuten.',
    channel: 'Kanal',
    url: 'Adresse des Webhooks',
    add: 'Webhook hinzufügen',
    remove: (channel, hint) => `Entfernen: ${channel} → ${hint}`,
    nothingSent: 'noch nichts gesendet',
    sent: 'letzter Moment gesendet',
    refused: 'letzter Moment vom Empfänger abgelehnt',
    failed: 'letzter Moment nicht gesendet: keine Antwort',
    dropped: 'letzter Moment nicht gesendet: zu viele warteten',
    gone: 'Der Empfänger existiert nicht mehr.',
    unanswered: 'Der Server antwortet nicht. Versuche es bald noch einmal.',
  },
})
