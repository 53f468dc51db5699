// Package bench measures packages of the module beside their peers.
// It is a module of its own, so that the peers are in no other module graph.
//
//	cd internal/bench && go test -bench . -benchmem
//
// Where the zone files of the system hold every change of the clocks up to 2037,
// time.Date is cheaper than with those of Go, which hold the rule that makes them:
//
//	ZONEINFO=$(go env GOROOT)/lib/time/zoneinfo.zip go test -bench . -benchmem
package bench
