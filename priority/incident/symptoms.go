package incident

import (
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/priority"
)

// cause returns the number of the open incident that explains the signal, or -1. The furthest cause
// upstream counts.
func (p *placement) cause() int {
	asset := p.assessment.Signal.Asset
	causes := []string{asset}
	if catalog := p.desk.catalog(); catalog != nil {
		causes = catalog.Causes(asset, func(asset string) bool { return p.explaining(asset) >= 0 })
	}
	return p.explaining(causes[0])
}

// explaining returns the number of the first open incident about an asset that explains what fires
// downstream, or -1. One that was lowered explains nothing, and one that was cleared only for a
// while.
func (p *placement) explaining(asset string) int {
	for _, n := range p.registry().byAsset[asset] {
		i := &p.registry().incidents[n]
		if i.Assessment.Priority >= priority.P1 && (i.Firing || p.at.Sub(i.ClearedAt) <= explainsFor) {
			return n
		}
	}
	return -1
}

// newest returns the number of the newest incident that is open at P1, or -1.
func (p *placement) newest() int {
	newest := -1
	for n := range p.registry().open {
		if p.registry().incidents[n].Assessment.Priority >= priority.P1 {
			newest = max(newest, n)
		}
	}
	return newest
}

// attach returns the entry that makes the signal a symptom of an incident. There is none where it
// is a symptom already, or where the list of symptoms is full.
func (p *placement) attach(n int) []Entry {
	i := &p.registry().incidents[n]
	belongs, known := p.registry().byIdentity[p.identity]
	if known && belongs == n || len(i.Symptoms) >= mostSymptoms {
		return nil
	}
	return []Entry{{
		Incident: i.ID, Seq: i.EntryCount + 1, At: p.at, Kind: EntryAttached, Identity: p.identity,
		Asset: storable.Clean(p.assessment.Signal.Asset), Text: plain.Cut(p.assessment.String(),
			longestSummary),
	}}
}

// takeIn adds the entries that merge the open incidents which the signal explains into its own
// incident. Those that somebody works on stay as they are and are linked, once: work is not taken
// from people.
func (p *placement) takeIn(b *batch, own int, id string) {
	for _, n := range p.explained(own) {
		i := &p.registry().incidents[n]
		switch {
		case slices.Contains(i.Links, id):
			continue
		case len(i.Responders) > 0:
			b.add(Entry{Incident: i.ID, At: p.at, Kind: EntryLinked, Other: id})
			continue
		}
		b.add(Entry{
			Incident: id, At: p.at, Kind: EntryAttached, Other: i.ID, Identity: i.Identity,
			Asset: i.Assessment.Signal.Asset, Text: plain.Cut(i.Assessment.Text, longestSummary),
		})
		b.add(Entry{Incident: i.ID, At: p.at, Kind: EntryMerged, Other: id})
	}
}

// explained returns the numbers of the open incidents downstream of the signal's asset, without its
// own, in the order in which they were opened.
//
// One walk over the lineage finds the causes of all of them. The exception is a signal that itself
// has a cause among them, an incident that was cleared long ago: the walk then stops at that cause
// and not at the signal, so each is looked up.
func (p *placement) explained(own int) (list []int) {
	catalog, asset := p.desk.catalog(), p.assessment.Signal.Asset
	if catalog == nil {
		return nil
	}
	assets, numbers := []string{asset}, []int{-1} // the signal's own asset is the first place
	for _, n := range slices.Sorted(maps.Keys(p.registry().open)) {
		if n != own {
			assets = append(assets, p.registry().incidents[n].Assessment.Signal.Asset)
			numbers = append(numbers, n)
		}
	}

	causes := catalog.CausesAmong(assets, 1)
	isFirst := causes[0][0] == 0
	for place, n := range numbers[1:] {
		place++
		if isFirst && causes[place][0] == 0 || !isFirst && catalog.Feeds(asset, assets[place]) {
			list = append(list, n)
		}
	}
	return list
}
