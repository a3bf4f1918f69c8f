package io.tidemark.telemetry.jmx;

import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;

/** A bean of attributes that can be read and nothing else. Any thread. */
final class AttributesBean implements DynamicMBean {
    private final Map<String, Supplier<Object>> attributes;
    private final MBeanInfo info;

    AttributesBean(String description, Map<String, Supplier<Object>> attributes) {
        this.attributes = attributes;
        this.info =
                new MBeanInfo(
                        AttributesBean.class.getName(),
                        description,
                        attributes.keySet().stream()
                                .map(
                                        name ->
                                                new MBeanAttributeInfo(
                                                        name,
                                                        Object.class.getName(),
                                                        name,
                                                        true,
                                                        false,
                                                        false))
                                .toArray(MBeanAttributeInfo[]::new),
                        null,
                        null,
                        null);
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        Supplier<Object> value = attributes.get(name);
        if (value == null) {
            throw new AttributeNotFoundException(
                    "No attribute " + name + "; there are " + attributes.keySet());
        }
        return value.get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList found = new AttributeList();
        for (String name : names) {
            Supplier<Object> value = attributes.get(name);
            if (value != null) {
                found.add(new Attribute(name, value.get()));
            }
        }
        return found;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be written");
    }

    @Override
    public AttributeList setAttributes(AttributeList ignored) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature)
            throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action));
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return info;
    }
}
