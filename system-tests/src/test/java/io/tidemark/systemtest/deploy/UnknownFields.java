package io.tidemark.systemtest.deploy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields that Kubernetes does not have, which it would drop without a word: its client keeps them
 * aside in {@code additionalProperties}.
 */
final class UnknownFields {
    private static final String MODEL = "io.fabric8.kubernetes.api.model";

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /** Their paths. */
    static List<String> of(Object resource) {
        UnknownFields fields = new UnknownFields();
        fields.walk(resource.getClass().getSimpleName(), resource);
        return fields.found;
    }

    private void walk(String path, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Collection<?> items -> {
                int i = 0;
                for (Object item : items) {
                    walk(path + "[" + i++ + "]", item);
                }
            }
            case Map<?, ?> map -> map.forEach((key, item) -> walk(path + "." + key, item));
            case Enum<?> constant -> {}
            case Object bean when bean.getClass().getName().startsWith(MODEL) -> look(path, bean);
            case Object leaf -> {}
        }
    }

    private void look(String path, Object bean) {
        for (Method method : bean.getClass().getMethods()) {
            String name = method.getName();
            if (name.startsWith("get")
                    && method.getParameterCount() == 0
                    && method.getDeclaringClass() != Object.class
                    && !java.lang.reflect.Modifier.isStatic(method.getModifiers())) {
                Object value = call(method, bean);
                if (!name.equals("getAdditionalProperties")) {
                    walk(path + "." + name.substring(3), value);
                } else if (value instanceof Map<?, ?> more) {
                    more.keySet().forEach(key -> found.add(path + "." + key));
                }
            }
        }
    }

    private static @Nullable Object call(Method method, Object bean) {
        try {
            return method.invoke(bean);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(method + " of " + bean.getClass(), e);
        }
    }
}
