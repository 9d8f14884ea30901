// Package publish is the lifecycle of what is published under tags of a registry, whatever it comes from: images and
// indexes. A resource embeds Resource and gives it an Origin.
//
// What the tags point to is found out by one HEAD a tag. A tag that somebody moved is moved back; one that is gone is made
// again. The content is published anew when the origin holds something else than what was published, which the plan shows
// as an unknown digest: the plan never promises a digest that could change before it is applied.
//
// Destroying takes away the tags that still point to what was published, then the digests that came by the resource,
// where no other tag of the repository points to them.
package publish
