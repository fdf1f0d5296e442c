package io.dta.fattree.workload;

/**
 * Distributions of flow sizes that were measured in data centers and published as figures. Nobody
 * published the numbers behind the figures: the points are readings of the figures that circulate
 * among simulators, thinned and rounded; each file says which.
 */
public enum PublishedSizes {
  /**
   * A web search cluster: Alizadeh and others, "Data Center TCP (DCTCP)", SIGCOMM 2010, figure 4
   * (background traffic).
   */
  WEB_SEARCH("web search", "web-search.csv"),
  /**
   * A data mining cluster: Greenberg and others, "VL2: A Scalable and Flexible Data Center
   * Network", SIGCOMM 2009, figure 2.
   */
  DATA_MINING("data mining", "data-mining.csv"),
  /**
   * Hadoop: Roy and others, "Inside the Social Network's (Datacenter) Network", SIGCOMM 2015,
   * figure 6.
   */
  HADOOP("hadoop", "hadoop.csv"),
  /** Cache followers, same source as {@link #HADOOP}. */
  CACHE("cache", "cache.csv");

  private final String label;
  private final String file;

  PublishedSizes(String label, String file) {
    this.label = label;
    this.file = file;
  }

  /** For people and scenario files. */
  public String label() {
    return label;
  }

  String resource() {
    return file;
  }
}
