// Package planning answers PlanResourceChange in linear time. The framework's own answer takes time that grows with the
// square of the number of attributes, because it rebuilds the whole object for each of them.
package planning
