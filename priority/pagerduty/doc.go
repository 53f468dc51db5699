// Package pagerduty announces incidents to PagerDuty, so that somebody is called: opened ones trigger, owned ones are acknowledged, closed ones resolve.
//
// A [Service], which [New] makes from a routing key, is an announcer for an [incident.Desk]. It speaks the Events API v2.
//
// # What is sent for what happens?
//
//	opened, recurred, reopened, raised    trigger
//	owned                                 acknowledge
//	resolved, forced, merged              resolve: a merged one goes on in another incident
//	anything else                         nothing: the record is kept elsewhere
//
// That a lease has lapsed cannot be told: PagerDuty takes no acknowledgement back. Set an acknowledgement timeout there.
//
// All events of one incident share one dedup_key, which no other incident has: repeats of an event change nothing,
// and an incident that is reopened after PagerDuty resolved it calls people again.
// Where several things happened at once, what a later one makes pointless is left out; what is over before PagerDuty could be told calls nobody.
//
// # Compatibility
//
// The module is v0: names may still change. The form of the dedup_key will not.
package pagerduty
