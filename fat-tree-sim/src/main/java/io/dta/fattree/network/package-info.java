/**
 * The packet-level data center: hosts, links and output-queued switches as discrete events.
 *
 * <p>A queue is first in, first out, and its link's rate is constant, so the moment at which a
 * packet leaves is known when it enters: {@code max(now, the moment the queue becomes empty) +
 * length · time of a byte}. What waits in a queue at a time follows from the moment it becomes
 * empty. So a hop costs one event, the arrival at the far end, and as a link keeps the order of its
 * packets, only the first packet of each link is in the event queue.
 */
package io.dta.fattree.network;
