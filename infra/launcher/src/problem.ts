/** Something that the person at the terminal has to do; its message is the one line they see. */
export class UserError extends Error {}
