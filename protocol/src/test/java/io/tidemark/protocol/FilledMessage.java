package io.tidemark.protocol;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Messages in which something is set everywhere, one element in each list. */
public final class FilledMessage {
    private FilledMessage() {}

    /** With every field that some version has; of lists, only those that this version has. */
    public static <M extends ApiMessage> M excessive(M message, short version) {
        fill(message, version, true);
        return message;
    }

    /** With the fields that this version has. */
    public static <M extends ApiMessage> M just(M message, short version) {
        fill(message, version, false);
        return message;
    }

    private static void fill(Object message, short version, boolean excessive) {
        try {
            Schema[] schemas = (Schema[]) message.getClass().getField("SCHEMAS").get(null);
            Set<String> present = names(schemas[version], true);
            Set<String> ever = new HashSet<>();
            Set<String> untagged = new HashSet<>();
            for (Schema schema : schemas) {
                ever.addAll(names(schema, true));
                untagged.addAll(names(schema, false));
            }
            Predicate<Method> wanted =
                    setter -> {
                        String name = plain(setter.getName().substring(3));
                        boolean list =
                                Collection.class.isAssignableFrom(setter.getParameterTypes()[0]);
                        boolean answer = list && untagged.contains(name);
                        return present.contains(name)
                                || (excessive && ever.contains(name) && !answer);
                    };
            for (Method setter : message.getClass().getMethods()) {
                if (setter.getName().startsWith("set") && wanted.test(setter)) {
                    Object value = value(setter.getGenericParameterTypes()[0], version, excessive);
                    setter.invoke(message, value);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("Cannot fill " + message.getClass(), e);
        }
    }

    private static Set<String> names(Schema schema, boolean tagged) {
        Set<String> names = new HashSet<>();
        if (schema == null) {
            return names;
        }
        for (BoundField field : schema.fields()) {
            if (!(field.def.type instanceof TaggedFields tags)) {
                names.add(plain(field.def.name));
            } else if (tagged) {
                for (Field tag : tags.fields().values()) {
                    names.add(plain(tag.name));
                }
            }
        }
        return names;
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(java.util.Locale.ROOT);
    }

    private static Object value(Type type, short version, boolean excessive)
            throws ReflectiveOperationException {
        if (type instanceof ParameterizedType list) {
            return List.of(value(list.getActualTypeArguments()[0], version, excessive));
        }
        Class<?> raw = (Class<?>) type;
        if (raw == int.class || raw == Integer.class) {
            return 7;
        } else if (raw == short.class || raw == Short.class) {
            return (short) 7;
        } else if (raw == long.class || raw == Long.class) {
            return 7L;
        } else if (raw == byte.class || raw == Byte.class) {
            return (byte) 7;
        } else if (raw == double.class) {
            return 7.0;
        } else if (raw == boolean.class) {
            return true;
        } else if (raw == String.class) {
            return "seven";
        } else if (raw == Uuid.class) {
            return new Uuid(7, 7);
        } else if (raw == byte[].class) {
            return new byte[] {7};
        } else if (raw == ByteBuffer.class) {
            return ByteBuffer.wrap(new byte[] {7});
        } else if (raw == BaseRecords.class) {
            return MemoryRecords.EMPTY;
        }
        Object made = raw.getDeclaredConstructor().newInstance();
        if (made instanceof Message) {
            fill(made, version, excessive);
            return made;
        }
        Type element = ((ParameterizedType) raw.getGenericSuperclass()).getActualTypeArguments()[0];
        adder(raw).invoke(made, value(element, version, excessive));
        return made;
    }

    /** How a generated collection takes an element. */
    private static Method adder(Class<?> collection) throws NoSuchMethodException {
        for (Method method : collection.getMethods()) {
            if (method.getName().equals("mustAdd")) {
                return method;
            }
        }
        throw new NoSuchMethodException(collection + ".mustAdd");
    }
}
