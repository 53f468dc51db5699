// Package httpsend sends the requests of announcers: over https alone, to one host, bounded in time
// and size. Its errors hold no secret, and tell whether trying again can succeed.
package httpsend
