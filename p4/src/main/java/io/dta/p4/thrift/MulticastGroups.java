package io.dta.p4.thrift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.p4.Setting.MulticastGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.thrift.TException;

/**
 * The multicast groups of a switch. A group has nodes, and a node is one copy: its replication
 * identifier and its port. For one thread.
 */
public final class MulticastGroups {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ThriftConnection connection;

  /**
   * A copy that a group makes.
   *
   * @param ports that it goes to; one of ours goes to one
   */
  public record Copy(int identifier, List<Integer> ports) {}

  /**
   * A group that is there.
   *
   * @param group its number, which is its handle too
   * @param nodes their handles
   */
  public record Installed(int group, List<Integer> nodes, Set<Copy> copies) {
    public Installed {
      nodes = List.copyOf(nodes);
      copies = Set.copyOf(copies);
    }

    /** Whether it makes the same copies. */
    public boolean makesCopiesOf(MulticastGroup other) {
      Set<Copy> others = new HashSet<>();
      for (int identifier = 0; identifier < other.copies(); identifier++) {
        others.add(new Copy(identifier, List.of(other.port())));
      }
      return nodes.size() == other.copies() && copies.equals(others);
    }
  }

  MulticastGroups(ThriftConnection connection) {
    this.connection = connection;
  }

  /** All groups, by their numbers. */
  public Map<Integer, Installed> installed() {
    return connection.call(
        Service.MULTICAST,
        "bm_mc_get_entries",
        "the multicast groups",
        arguments -> arguments.integer(1, SimpleSwitch.CONTEXT),
        result -> parse(result.text(0)));
  }

  private static Map<Integer, Installed> parse(String json) throws TException {
    try {
      JsonNode root = JSON.readTree(json);
      Map<Integer, List<Integer>> ports = new HashMap<>();
      for (JsonNode node : root.path("l2_handles")) {
        ports.put(node.path("handle").asInt(), integers(node.path("ports")));
      }
      Map<Integer, Copy> copies = new HashMap<>();
      for (JsonNode node : root.path("l1_handles")) {
        copies.put(
            node.path("handle").asInt(),
            new Copy(
                node.path("rid").asInt(),
                ports.getOrDefault(node.path("l2_handle").asInt(), List.of())));
      }
      Map<Integer, Installed> groups = new HashMap<>();
      for (JsonNode group : root.path("mgrps")) {
        List<Integer> nodes = integers(group.path("l1_handles"));
        Set<Copy> ofGroup = new HashSet<>();
        for (int node : nodes) {
          ofGroup.add(copies.getOrDefault(node, new Copy(-1, List.of())));
        }
        int number = group.path("id").asInt();
        groups.put(number, new Installed(number, nodes, ofGroup));
      }
      return groups;
    } catch (JsonProcessingException e) {
      throw new TException("the answer is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> integers = new ArrayList<>();
    array.forEach(each -> integers.add(each.asInt()));
    return integers;
  }

  /** Makes a group that is not there. */
  public void add(MulticastGroup group) {
    connection.run(
        Service.MULTICAST,
        "bm_mc_mgrp_create",
        group,
        arguments -> {
          arguments.integer(1, SimpleSwitch.CONTEXT);
          arguments.integer(2, group.group());
        });
    // Ports as ones and zeros, port 0 last.
    String ports = "1" + "0".repeat(group.port());
    for (int copy = 0; copy < group.copies(); copy++) {
      int identifier = copy;
      int node =
          connection.call(
              Service.MULTICAST,
              "bm_mc_node_create",
              group,
              arguments -> {
                arguments.integer(1, SimpleSwitch.CONTEXT);
                arguments.integer(2, identifier);
                arguments.text(3, ports);
                arguments.text(4, "");
              },
              result -> (int) result.integer(0));
      onNode("bm_mc_node_associate", group.group(), node);
    }
  }

  /** Removes a group with its nodes. */
  public void remove(Installed group) {
    for (int node : group.nodes()) {
      onNode("bm_mc_node_dissociate", group.group(), node);
      connection.run(
          Service.MULTICAST,
          "bm_mc_node_destroy",
          group,
          arguments -> {
            arguments.integer(1, SimpleSwitch.CONTEXT);
            arguments.integer(2, node);
          });
    }
    connection.run(
        Service.MULTICAST,
        "bm_mc_mgrp_destroy",
        group,
        arguments -> {
          arguments.integer(1, SimpleSwitch.CONTEXT);
          arguments.integer(2, group.group());
        });
  }

  private void onNode(String method, int group, int node) {
    connection.run(
        Service.MULTICAST,
        method,
        "node %d of multicast group %d".formatted(node, group),
        arguments -> {
          arguments.integer(1, SimpleSwitch.CONTEXT);
          arguments.integer(2, group);
          arguments.integer(3, node);
        });
  }
}
