package io.dta.node;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Why a document does not fit a record, in words for the person who wrote it.
 *
 * @param parent the path of the object or list that holds the culprit, such as {@code stores[0]};
 *     empty at the top
 * @param key the culprit in it: a key, {@code [index]}, or null where it is the whole of the parent
 * @param reason what is wrong with it, with its path
 * @param lacksValue whether the reason should be followed by the value that was found
 */
record BindingProblem(String parent, String key, String reason, boolean lacksValue) {
  private static final Pattern MISSING =
      Pattern.compile("Missing required creator property '(.+?)'.*", Pattern.DOTALL);
  private static final Pattern FIRST_WORD =
      Pattern.compile("([A-Za-z][A-Za-z0-9-]*)\\b.*", Pattern.DOTALL);

  /** Parses a document again, into a tree. */
  @FunctionalInterface
  interface Document {
    JsonNode tree() throws IOException;
  }

  /**
   * Says why a document did not fit.
   *
   * @param document asked for only where a constructor refused its arguments, which happens before
   *     unknown keys are noticed and often because of them
   */
  static BindingProblem of(JsonMappingException e, Document document) {
    List<JsonMappingException.Reference> path = e.getPath();
    int last = path.size() - 1;
    String parent = last < 0 ? "" : text(path.subList(0, last));
    String key = last < 0 ? null : text(path.subList(last, last + 1));
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          unknownKey(parent, unknown.getPropertyName(), names(unknown));
      case InvalidTypeIdException type -> typeId(type, text(path));
      case ValueInstantiationException refused -> refused(refused, text(path), document);
      case MismatchedInputException mismatch -> mismatch(mismatch, parent, key);
      default -> new BindingProblem(parent, key, value(text(path), other(e)), true);
    };
  }

  /** The path of the culprit, such as {@code stores[0].slots}; empty for the whole document. */
  String path() {
    return key == null ? parent : join(parent, key);
  }

  static String join(String parent, String key) {
    return parent.isEmpty() || key.startsWith("[") ? parent + key : parent + "." + key;
  }

  private static String text(List<JsonMappingException.Reference> path) {
    String text = "";
    for (JsonMappingException.Reference reference : path) {
      String name = reference.getFieldName();
      text = join(text, name != null ? name : "[" + reference.getIndex() + "]");
    }
    return text;
  }

  private static BindingProblem unknownKey(String parent, String key, List<String> known) {
    String reason =
        "unknown key '%s'%s%s"
            .formatted(key, parent.isEmpty() ? "" : " in " + parent, Nearest.hint(key, known));
    return new BindingProblem(parent, key, reason, false);
  }

  private static List<String> names(UnrecognizedPropertyException e) {
    List<String> declared = keys(e.getReferringClass());
    if (!declared.isEmpty()) {
      return declared;
    }
    Collection<Object> known = e.getKnownPropertyIds();
    return known == null ? List.of() : known.stream().map(String::valueOf).toList();
  }

  private static BindingProblem typeId(InvalidTypeIdException e, String object) {
    Class<?> base = e.getBaseType().getRawClass();
    JsonTypeInfo info = base.getAnnotation(JsonTypeInfo.class);
    String property = info == null ? "type" : info.property();
    JsonSubTypes types = base.getAnnotation(JsonSubTypes.class);
    List<String> names =
        types == null
            ? List.of()
            : Arrays.stream(types.value()).map(JsonSubTypes.Type::name).toList();
    String path = join(object, property);
    if (e.getTypeId() == null) {
      String reason = path + " is missing: expected one of " + String.join(", ", names);
      return new BindingProblem(object, null, reason, false);
    }
    String reason = path + " is '" + e.getTypeId() + "'" + Nearest.hint(e.getTypeId(), names);
    return new BindingProblem(object, property, reason, false);
  }

  /**
   * A constructor refused its arguments; by our convention its message begins with the name of the
   * culprit.
   */
  private static BindingProblem refused(
      ValueInstantiationException e, String object, Document document) {
    List<String> known = keys(e.getType().getRawClass());
    JsonNode found = find(document, e.getPath());
    if (found.isObject() && !known.isEmpty()) {
      for (String key : (Iterable<String>) found::fieldNames) {
        if (!known.contains(key)) {
          return unknownKey(object, key, known);
        }
      }
    }
    Throwable cause = e.getCause();
    if (!(cause instanceof IllegalArgumentException) || cause.getMessage() == null) {
      String reason = "a key is missing; the keys are " + String.join(", ", known);
      return new BindingProblem(object, null, value(object, reason), false);
    }
    Matcher word = FIRST_WORD.matcher(cause.getMessage());
    return new BindingProblem(
        object, word.matches() ? word.group(1) : null, value(object, cause.getMessage()), false);
  }

  private static JsonNode find(Document document, List<JsonMappingException.Reference> path) {
    JsonNode node;
    try {
      node = document.tree();
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
    for (JsonMappingException.Reference reference : path) {
      String name = reference.getFieldName();
      node = name != null ? node.path(name) : node.path(reference.getIndex());
    }
    return node;
  }

  private static BindingProblem mismatch(MismatchedInputException e, String parent, String key) {
    String path = key == null ? parent : join(parent, key);
    Matcher missing = MISSING.matcher(e.getOriginalMessage());
    if (missing.matches()) {
      // Jackson's path ends with the missing key where it knows one.
      String name = missing.group(1);
      String object = name.equals(key) ? parent : path;
      return new BindingProblem(object, null, join(object, name) + " is missing", false);
    }
    return new BindingProblem(
        parent, key, value(path, "expected " + expected(e.getTargetType())), true);
  }

  private static String other(JsonMappingException e) {
    if (e.getCause() instanceof InputCoercionException number) {
      return "the number is out of range of " + number.getTargetType();
    }
    return e.getOriginalMessage();
  }

  private static String value(String path, String reason) {
    return path.isEmpty() ? reason : path + ": " + reason;
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ",
              Arrays.stream(type.getEnumConstants())
                  .map(constant -> Json.mapper().convertValue(constant, String.class))
                  .toList());
    }
    String scalar = scalar(type);
    if (!scalar.isEmpty()) {
      return scalar;
    }
    if (type.isRecord()) {
      return "the keys " + String.join(", ", keys(type));
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "keys and values";
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long", "short", "Short", "byte", "Byte" -> "a whole number";
      case "double", "Double", "float", "Float" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "String", "Path", "URI" -> "text";
      case "Duration" -> "a duration such as 10ms";
      default -> "another kind of value";
    };
  }

  /** What a type is written as that a factory makes of one scalar; empty where none does. */
  private static String scalar(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(JsonCreator.class))
        .filter(method -> method.getParameterCount() == 1)
        .map(method -> expected(method.getParameterTypes()[0]))
        .sorted()
        .collect(Collectors.joining(" or "));
  }

  /**
   * The keys of a record as a document has them, with the one that tells its kind; empty where it
   * is not a record.
   */
  private static List<String> keys(Class<?> type) {
    List<String> names = new ArrayList<>();
    if (!type.isRecord()) {
      return names;
    }
    ObjectMapper mapper = Json.mapper();
    BeanDescription description =
        mapper.getDeserializationConfig().introspect(mapper.constructType(type));
    for (BeanPropertyDefinition property : description.findProperties()) {
      names.add(property.getName());
    }
    for (Class<?> parent : type.getInterfaces()) {
      JsonTypeInfo info = parent.getAnnotation(JsonTypeInfo.class);
      if (info != null) {
        names.add(info.property());
      }
    }
    return names;
  }
}
