// Package httpsend sends the requests of announcers: over https alone, to one host, bounded in time and size,
// and with errors that say what to do next and hold no secret.
package httpsend
