import { defineMessages } from '../i18n/messages.ts'

export const operatorMessages = defineMessages({
  en: {
    token: 'Operator’s token',
    use: 'Use this token',
    forget: 'Forget the token',
    where:
      'It is OPERATOR_TOKEN of this installation; the demo prints it when it starts. The page keeps it in memory only, until it is closed or loaded again.',
    refused: 'The installation refused this token.',
    badToken: 'A token has at least 16 characters, without blanks.',
  },
  de: {
    token: 'Token des Betreibers',
    use: 'Token verwenden',
    forget: 'Token vergessen',
    where:
      'Das ist OPERATOR_TOKEN dieser Installation; die Demo gibt es beim Start aus. Die Seite behält es nur im Speicher, bis sie geschlossen oder neu geladen wird.',
    refused: 'Die Installation hat dieses Token abgelehnt.',
    badToken: 'Ein Token hat mindestens 16 Zeichen, ohne Leerzeichen.',
  },
})
