package io.tidemark.protocol.transport;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a response down to what its version can say, so that no handler needs to know where a hint
 * (a leader's name, an epoch, an error's message) came into the protocol: a generated message
 * refuses to be written at all while a field is set that its version lacks.
 *
 * <p>A list that a version lacks, outside of tagged fields, is no hint but the answer itself
 * (FindCoordinator before version 4 answers about one key in fields, since then in a list): it
 * stays, and writing fails, as it should.
 *
 * <p>What is to be done is worked out once for each class and version; for the newest versions it
 * is nothing. Safe for any thread; the message itself must be the caller's alone.
 *
 * @see <a href="../../../../../../../docs/adr/0160-answers-fit-their-version.md">ADR 160</a>
 */
public final class VersionFit {
    private static final ClassValue<Map<Short, Plan>> PLANS =
            new ClassValue<>() {
                @Override
                protected Map<Short, Plan> computeValue(Class<?> type) {
                    return new ConcurrentHashMap<>();
                }
            };

    private VersionFit() {}

    /** Sets back what the version lacks, tells errors as it knows them, and returns the message. */
    public static <M extends Message> M fit(M message, short version) {
        OlderErrors.tell(message, version);
        cut(message, version);
        return message;
    }

    private static void cut(Message message, short version) {
        plan(message.getClass(), version).carryOut(message, version);
    }

    /** A field that is set back. What it is set to is never changed by whoever writes it. */
    private record Reset(Method setter, @Nullable Object unset) {}

    /**
     * @param nested getters of messages, and of collections of them, that must be looked through
     */
    private record Plan(List<Reset> resets, List<Method> nested) {

        boolean isEmpty() {
            return resets.isEmpty() && nested.isEmpty();
        }

        void carryOut(Message message, short version) {
            for (Reset reset : resets) {
                call(reset.setter, message, reset.unset);
            }
            for (Method getter : nested) {
                switch (call(getter, message)) {
                    case Message one -> cut(one, version);
                    case Collection<?> many -> many.forEach(one -> cut((Message) one, version));
                    case null, default -> {
                        // null: there is nothing in it
                    }
                }
            }
        }
    }

    private static Plan plan(Class<?> type, short version) {
        Map<Short, Plan> known = PLANS.get(type);
        Plan plan = known.get(version);
        if (plan == null) {
            plan = make(type, version);
            known.put(version, plan);
        }
        return plan;
    }

    private static Plan make(Class<?> type, short version) {
        try {
            Schema[] schemas = (Schema[]) type.getField("SCHEMAS").get(null);
            Fields present = Fields.of(version < schemas.length ? schemas[version] : null);
            Fields ever = new Fields(new HashSet<>(), new HashSet<>());
            for (Schema schema : schemas) {
                ever.add(Fields.of(schema));
            }
            Object unset = type.getDeclaredConstructor().newInstance();
            List<Reset> resets = new ArrayList<>();
            List<Method> nested = new ArrayList<>();
            for (String name : ever.names) {
                Method getter = type.getMethod(name);
                if (present.names.contains(name)) {
                    Class<?> of = messageIn(getter.getGenericReturnType());
                    if (of != null && !plan(of, version).isEmpty()) {
                        nested.add(getter);
                    }
                } else if (ever.tagged.contains(name)
                        || !Collection.class.isAssignableFrom(getter.getReturnType())) {
                    resets.add(new Reset(setter(type, getter), call(getter, unset)));
                }
            }
            return new Plan(List.copyOf(resets), List.copyOf(nested));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is no message as Kafka generates them", e);
        }
    }

    /** The class of a message, or of a collection's messages; null where it is neither. */
    private static @Nullable Class<?> messageIn(Type type) {
        return switch (type) {
            case Class<?> some when Message.class.isAssignableFrom(some) -> some;
            case Class<?> some when Collection.class.isAssignableFrom(some) ->
                    messageIn(some.getGenericSuperclass());
            case ParameterizedType list when list.getActualTypeArguments().length == 1 ->
                    messageIn(list.getActualTypeArguments()[0]);
            default -> null;
        };
    }

    private static Method setter(Class<?> type, Method getter) throws NoSuchMethodException {
        String name = getter.getName();
        return type.getMethod(
                "set" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                getter.getReturnType());
    }

    private static @Nullable Object call(
            Method method, Object target, @Nullable Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(method + " failed", e);
        }
    }

    /** The names of a schema's fields, as the generated methods have them. */
    private record Fields(Set<String> names, Set<String> tagged) {

        static Fields of(@Nullable Schema schema) {
            Fields fields = new Fields(new HashSet<>(), new HashSet<>());
            if (schema != null) {
                for (BoundField field : schema.fields()) {
                    if (field.def.type instanceof TaggedFields tags) {
                        for (Field tag : tags.fields().values()) {
                            fields.names.add(methodName(tag.name));
                            fields.tagged.add(methodName(tag.name));
                        }
                    } else {
                        fields.names.add(methodName(field.def.name));
                    }
                }
            }
            return fields;
        }

        void add(Fields others) {
            names.addAll(others.names);
            tagged.addAll(others.tagged);
        }

        /** {@code current_leader} to {@code currentLeader}. */
        private static String methodName(String name) {
            StringBuilder made = new StringBuilder();
            boolean capital = false;
            for (char c : name.toCharArray()) {
                if (c == '_') {
                    capital = true;
                } else {
                    made.append(capital ? Character.toUpperCase(c) : c);
                    capital = false;
                }
            }
            return made.toString();
        }
    }
}
