/** What we are called on a server; our own refused attempts are not shown as the user's. */
export const ownApplicationName = 'PostgreSQL Connections';
