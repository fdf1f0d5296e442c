package io.dta.p4;

/**
 * Names of the tables and registers of {@code bmv2/requests.p4} and of the control that includes
 * it: one queue pair a target.
 *
 * @param prefix of the program's controls, such as {@code Translator} of {@code TranslatorIngress}
 */
public record QueuePairNames(String prefix) {
  /** By target: the queue pair, and where its requests go. */
  public String table() {
    return requests() + "queue_pairs";
  }

  /** By the collector's address and our queue pair: the target. */
  public String answering() {
    return prefix + "Ingress.answering";
  }

  /** By target: the next PSN. */
  public String psns() {
    return requests() + "psns";
  }

  /** By target: the requests since an acknowledgement was asked for. */
  public String sinceAsked() {
    return requests() + "since_asked";
  }

  /** By target: whether the queue pair is up. */
  public String up() {
    return prefix + "Ingress.queue_pair_up";
  }

  private String requests() {
    return prefix + "Egress.requests.";
  }
}
