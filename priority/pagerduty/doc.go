// Package pagerduty announces incidents to PagerDuty, which calls the engineer on duty: an opened
// incident triggers an alert, an acknowledgement acknowledges it, and the end of the incident
// resolves it.
//
// A [Service], which [New] makes from a routing key, is an announcer for an [incident.Desk]. It
// sends events of the Events API v2.
//
// # Which entry sends which event?
//
//	opened, recurred, reopened, raised              trigger
//	acknowledged                                    acknowledge
//	resolved, closed-without-root-cause, merged     resolve; a merged one goes on in another
//	any other                                       none: the record is kept elsewhere
//
// The end of a lease sends nothing, since PagerDuty takes no acknowledgement back. Set an
// acknowledgement timeout there.
//
// All events of one incident share one dedup_key, which no other incident has. A repeated event
// changes nothing, and an incident that is reopened after PagerDuty resolved it triggers again. Of
// several entries that are announced at once, those are left out that a later one makes pointless:
// an incident that is over before PagerDuty has heard of it calls no engineer.
//
// # Compatibility
//
// The module is v0: names may still change. The form of the dedup_key will not.
package pagerduty
