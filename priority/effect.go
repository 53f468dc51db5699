package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/enum"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// An Effect is what a firing signal does to one SLA that it reaches. A larger value is worse. By
// default each of them is P1 for a primary SLA, as the rule requires; [Classifier].KeptUntil can
// hold EffectExposed below P1.
//
// Its text is "exposed", "at-risk" or "breached", and is read in upper or lower case.
// The zero Effect is EffectAtRisk, and so is any value without a name.
type Effect int

// The effects. Zero is the one in the middle, so that an effect that was not computed is neither
// broken nor safe.
const (
	EffectExposed  Effect = iota - 1 // the SLA is reached, and there is time left
	EffectAtRisk                     // no time is left, none is known of, or an error budget is burning
	EffectBreached                   // the promise is broken
)

var effects = enum.Type{Name: "Effect", Names: []string{"exposed", "at-risk", "breached"}}

// String returns the text of e.
func (e Effect) String() string {
	if e < EffectExposed || e > EffectBreached {
		e = EffectAtRisk
	}
	return effects.Names[e-EffectExposed]
}

// AppendText implements [encoding.TextAppender]. It never fails.
func (e Effect) AppendText(b []byte) ([]byte, error) { return append(b, e.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Effect.MarshalText].
func (e *Effect) UnmarshalText(text []byte) error {
	v, err := effects.Parse(string(text))
	if err == nil {
		*e = Effect(v) + EffectExposed
	}
	return err
}

// effect returns what the signal does to one of its impacts, and for EffectExposed until when there
// is time:
//
//	KindStale, not before its own due instant, about an asset of the SLA      breached
//	KindBurn or KindAtRisk about such an asset                                at risk
//	past its own due instant                                                  at risk
//	time left until the SLA is due next, and until its own due instant        exposed
//	anything else                                                             at risk
//
// The time left is by the SLA's schedule alone, as if all that was due before had landed. Where
// KeptUntil is set, its proof replaces the schedule, and without proof there is no time left. A
// resolved signal has no effect: for it, and for the zero Assessment, the result means nothing.
func (a *Assessment) effect(i sla.Impact) (Effect, time.Time) {
	s := &a.Signal
	if a.view == nil || s.Resolved || i.SLA == nil || len(i.Path) == 0 {
		return EffectAtRisk, time.Time{}
	}

	// A rule about the asset of the promise itself has measured what the schedule could only guess.
	if direct := len(i.Path) == 1; direct && s.Kind == KindStale && (s.Due.IsZero() || s.At.After(s.Due)) {
		return EffectBreached, time.Time{}
	} else if direct && (s.Kind == KindAtRisk || s.Kind == KindBurn) {
		return EffectAtRisk, time.Time{}
	}

	until, ok := a.slack(i)
	if !ok || !s.At.Before(until) {
		return EffectAtRisk, time.Time{}
	}
	return EffectExposed, until
}

// slack returns until when a promise is safe from the signal, and false if that is unknown.
func (a *Assessment) slack(i sla.Impact) (until time.Time, ok bool) {
	if a.Signal.At.IsZero() {
		return time.Time{}, false
	}
	if a.view.hold.proof != nil {
		until, ok = a.view.hold.ask(i.SLA, a.Signal.At)
	} else {
		until, ok = nextDue(i.SLA, i.Path[len(i.Path)-1], a.Signal.At)
	}
	return exact.Earlier(until, a.Signal.Due), ok && !until.IsZero()
}
