/**
 * What the switches of the packet-level network report: one class a telemetry system, each mapped
 * onto one primitive.
 *
 * <table>
 * <caption>Systems and primitives</caption>
 * <tr><th>class</th><th>system</th><th>primitive</th></tr>
 * <tr><td>{@link io.dta.fattree.reporter.IntMdReporter}</td><td>INT-MD</td><td>Key-Write</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.IntXdReporter}</td><td>INT-XD, Trajectory Sampling</td>
 * <td>Postcarding</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.CongestionReporter}</td><td>INT events</td><td>Append</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.NetSeerReporter}</td><td>NetSeer</td><td>Append</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.LossyFlowReporter}</td><td>Marple</td><td>Append</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.HostBytesReporter}</td><td>Marple</td><td>Key-Increment</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.TurboFlowReporter}</td><td>TurboFlow</td>
 * <td>Key-Increment</td></tr>
 * <tr><td>{@link io.dta.fattree.reporter.SketchReporter}</td><td>Count-Min, Count Sketch,
 * HyperLogLog</td><td>Sketch-Merge</td></tr>
 * </table>
 *
 * <p>To add one: implement the few calls of {@link io.dta.fattree.network.NetworkObserver} that
 * tell what the system sees, keep what a switch could keep ({@link
 * io.dta.fattree.reporter.FlowCache}), and hand each report to the switch's {@link
 * io.dta.fattree.send.Reporter}, which numbers essential ones, keeps them until they are
 * acknowledged and answers NACKs.
 */
package io.dta.fattree.reporter;
