package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An Effect says what a firing signal does to one SLA that it reaches. A larger value is worse.
// By default each of them is P1 for a primary SLA, as the rule says; [HoldExposed] can treat EffectExposed apart.
// Its text is "exposed", "at-risk" or "breached", and is read without regard to case; the zero Effect is EffectAtRisk.
type Effect int

// The effects. Zero is the one in the middle, so that what nobody worked out is neither broken nor safe.
const (
	EffectExposed  Effect = iota - 1 // the promise is reached, and there is time left
	EffectAtRisk                     // no time is left, none is known of, or a budget is burning
	EffectBreached                   // the promise is broken
)

func effects() scale { return scale{"at-risk", "breached", "exposed"} }

// index is the place of the effect's text.
func (e Effect) index() int {
	switch e {
	case EffectExposed:
		return 2
	case EffectBreached:
		return 1
	}
	return 0
}

// String returns the text of e. A value without a name is taken for EffectAtRisk.
func (e Effect) String() string { return effects().text(e.index()) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (e Effect) AppendText(b []byte) ([]byte, error) { return append(b, e.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Effect.MarshalText].
func (e *Effect) UnmarshalText(text []byte) error {
	v, err := effects().parse("effect", text)
	if err == nil {
		*e = []Effect{EffectAtRisk, EffectBreached, EffectExposed}[v]
	}
	return err
}

// Effect returns what the signal does to one of its impacts, and for EffectExposed until when there is time:
//
//	a signal of kind Stale, not before its own due instant, about an asset that the SLA is about    breached
//	a signal of kind Burn or AtRisk about such an asset                                              at risk
//	a signal past its own due instant                                                                at risk
//	time left until the SLA is due next, and until the signal's own due instant if it has one        exposed
//	anything else                                                                                    at risk
//
// The time left is by the SLA's schedule alone, as if all that was due before had landed;
// where [HoldExposed] is set, it is what its proof says, and without proof there is none.
// A resolved signal has no effect: then, and for the zero Assessment, the effect is EffectAtRisk and means nothing.
func (a Assessment) Effect(i sla.Impact) (Effect, time.Time) {
	s := &a.Signal
	if a.view == nil || s.Resolved || i.SLA == nil || len(i.Path) == 0 {
		return EffectAtRisk, time.Time{}
	}
	if direct := len(i.Path) == 1; direct && s.Kind == Stale && (s.Due.IsZero() || s.At.After(s.Due)) {
		return EffectBreached, time.Time{}
	} else if direct && (s.Kind == AtRisk || s.Kind == Burn) {
		return EffectAtRisk, time.Time{}
	}
	until, ok := a.slack(i)
	if !ok || !s.At.Before(until) {
		return EffectAtRisk, time.Time{}
	}
	return EffectExposed, until
}

// slack answers until when a promise is safe from the signal.
func (a *Assessment) slack(i sla.Impact) (until time.Time, ok bool) {
	if a.Signal.At.IsZero() {
		return time.Time{}, false
	}
	if a.view.hold.proof != nil {
		until, ok = a.view.hold.ask(i.SLA, a.Signal.At)
	} else {
		until, ok = nextDue(i.SLA, i.Path[len(i.Path)-1], a.Signal.At)
	}
	return earlier(until, a.Signal.Due), ok && !until.IsZero()
}
