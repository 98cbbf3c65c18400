package settings

import (
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// checkImprovement looks at the settings of analyses and measures. M2, M4
func checkImprovement(s policy.Improvement, faults *violation.List) {
	checkLimits("improvement.deadlines", s.Deadlines, improvement.Steps, faults)
	if s.NoisePercent < 1 || s.NoisePercent > 50 {
		faults.Add("improvement.noise_percent", "out_of_range", "from", "1", "to", "50")
	}
	if s.RepeatedComplaints < 2 || s.RepeatedComplaints > 99 {
		faults.Add("improvement.repeated_complaints", "out_of_range", "from", "2", "to", "99")
	}
}

// Analysis gives the settings of an analysis.
func (s Settings) Analysis() analysis.Rules {
	i := s.Names("").any().Improvement
	return analysis.Rules{Percent: i.NoisePercent, Repeat: i.RepeatedComplaints}
}

// Analysis gives the settings of an analysis that are in force.
func (c *Current) Analysis() analysis.Rules { return c.Version().Settings.Analysis() }
