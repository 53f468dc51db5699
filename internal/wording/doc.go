// Package wording says in words what an incident is and what happened to it, for people on call who read one line.
package wording
