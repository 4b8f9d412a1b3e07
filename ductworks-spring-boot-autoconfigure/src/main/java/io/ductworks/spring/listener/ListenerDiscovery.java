package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerBean.Declaration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.validation.Validator;

/**
 * Makes endpoints of the methods that were found, and refuses in words what cannot work.
 */
final class ListenerDiscovery {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

	private final DuctRegistry registry;

	private final @Nullable Validator validator;

	private final Function<String, @Nullable String> typeFields;

	private final Placeholders placeholders;

	/**
	 * Creates a discovery.
	 * @param beanFactory knows the properties
	 * @param registry has the ducts
	 * @param validator validates payloads, or {@code null}
	 * @param typeFields which member of a duct's messages says who takes them
	 */
	ListenerDiscovery(ConfigurableBeanFactory beanFactory, DuctRegistry registry, @Nullable Validator validator,
			Function<String, @Nullable String> typeFields) {
		this.registry = registry;
		this.validator = validator;
		this.typeFields = typeFields;
		this.placeholders = new Placeholders(beanFactory);
	}

	/**
	 * The endpoints of beans, by their ducts.
	 * @param beans have the listeners
	 * @param present gives the endpoints that a duct has already, by its name
	 * @param ids tells the ids that listeners have already
	 * @throws DuctSetupException if one of them cannot work
	 */
	Map<ListenedDuct, List<ListenerEndpoint>> discover(List<ListenerBean> beans,
			Function<String, List<ListenerEndpoint>> present, Predicate<String> ids) {
		ListenerNames names = new ListenerNames(this.placeholders, ids);
		Map<ListenedDuct, List<ListenerEndpoint>> all = new LinkedHashMap<>();
		for (ListenerBean bean : beans) {
			requireMethods(bean);
			bean.declarations().forEach((declaration) -> {
				ListenedDuct duct = duct(declaration);
				ListenerEndpoint endpoint = endpoint(declaration, duct, names);
				names.add(declaration, endpoint);
				all.computeIfAbsent(duct, (key) -> new ArrayList<>()).add(endpoint);
			});
		}
		all.forEach((duct, endpoints) -> ListenerRoutes.requireUnambiguous(duct,
				Stream.concat(present.apply(duct.name()).stream(), endpoints.stream()).toList()));
		all.replaceAll((duct, endpoints) -> names.distinct(endpoints));
		return all;
	}

	/**
	 * An annotation of a class says the duct of methods that are annotated too.
	 */
	private static void requireMethods(ListenerBean bean) {
		for (DuctListener annotation : bean.annotations()) {
			if (bean.methods().isEmpty()) {
				throw new DuctSetupException(
						"The class " + bean.type().getName()
								+ " is annotated with @DuctListener, and none of its methods is.",
						"Annotate the methods that take the messages with @DuctListener too.", null);
			}
			if (!Stream
				.of(annotation.method(), annotation.type(), annotation.id(), annotation.concurrency(),
						annotation.autoStartup())
				.allMatch(String::isEmpty)) {
				throw new DuctSetupException(
						"The class " + bean.type().getName()
								+ " is annotated with @DuctListener with more than the name of " + "the duct.",
						"Set all else where its methods are annotated.", null);
			}
		}
	}

	private ListenerEndpoint endpoint(Declaration declaration, ListenedDuct duct, ListenerNames names) {
		ListenerMethod method = method(declaration);
		WantedValidation.requireDone(method, this.validator);
		String route = new ListenerRoutes(this.placeholders).route(declaration, duct);
		ListenerEndpoint endpoint = ListenerEndpoint.of(duct, route, names.name(declaration), method,
				ListenerExecution.of(declaration, duct, this.placeholders));
		if (endpoint.payload().type() != null) {
			requireCodec(endpoint, "takes", endpoint.payload().type());
		}
		endpoint.payload().parts().values().forEach((part) -> requireCodec(endpoint, "takes", part.type()));
		if (endpoint.answers()) {
			requireCodec(endpoint, "returns", endpoint.answerType());
		}
		requireSynchronous(endpoint);
		return endpoint;
	}

	private ListenedDuct duct(Declaration declaration) {
		String name = this.placeholders.resolve(declaration, declaration.duct());
		MessageDuct duct = this.registry.find(name);
		if (duct == null && name.isEmpty()) {
			throw new DuctSetupException(declaration.describe() + " names no duct.",
					"Set the name at the method or at its class, such as @DuctListener(\"orders\").", null);
		}
		if (duct == null) {
			throw unknownDuct(declaration.describe(), name, this.registry);
		}
		return new ListenedDuct(name, duct, this.typeFields.apply(name));
	}

	/**
	 * What is said of the name of a duct that does not exist.
	 * @param place what messages for people call the place where it stands
	 */
	static DuctSetupException unknownDuct(String place, String name, DuctRegistry registry) {
		String configure = "onfigure ductworks.parent." + name + ".address or ductworks.child." + name + ".address.";
		return new DuctSetupException(place + " names a duct that does not exist.",
				registry.names().isEmpty() ? "C" + configure : "Use one of " + registry.names() + ", or c" + configure,
				null);
	}

	private static ListenerMethod method(Declaration declaration) {
		ListenerBean bean = declaration.bean();
		return ListenerMethod.of("@DuctListener", bean.object().get(), bean.type(), declaration.method());
	}

	private void requireCodec(ListenerEndpoint endpoint, String how, Type type) {
		requireCodec(this.registry.get(endpoint.duct()), endpoint.duct(), endpoint.method(), how, type);
	}

	/**
	 * Requires that a duct carries what a method takes or returns. One that stands for a
	 * duct in a test may have no codec.
	 * @throws DuctSetupException if it does not
	 */
	static void requireCodec(MessageDuct duct, String name, ListenerMethod method, String how, Type type) {
		@Nullable MessageCodec codec = duct.codec();
		if (codec != null && !codec.supports(type)) {
			throw new DuctSetupException(
					method.declared() + " " + how + " " + type.getTypeName() + ", and duct '" + name
							+ "' carries none with its codec, " + codec + ".",
					"Let it be what the codec carries (text: String, bytes: byte[]), or set another codec of the duct: "
							+ "json carries any type.",
					null);
		}
	}

	/**
	 * The answer would be sent before there is one.
	 */
	private static void requireSynchronous(ListenerEndpoint endpoint) {
		ListenerMethod method = endpoint.method();
		if (LaterResult.isGivenBy(method.getReturnType().getParameterType())) {
			return;
		}
		if (!MergedAnnotations.from(method.getMethod(), SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
				&& !MergedAnnotations.from(method.targetType(), SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)) {
			return;
		}
		if (endpoint.answers()) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe()
							+ " is @Async and has a result, which would be sent before it is there.",
					"Remove @Async, or return a CompletableFuture; other connections are not held up meanwhile.", null);
		}
		logger.warn("@DuctListener method {} is @Async: for the duct a message is handled as soon as another thread "
				+ "has it. Messages lose their order, failures are in no meter of the listener, and a stop does not "
				+ "wait for it. Remove @Async; other connections are not held up meanwhile", method.describe());
	}

}
