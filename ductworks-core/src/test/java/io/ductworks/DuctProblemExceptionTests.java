package io.ductworks;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DuctProblemExceptionTests {

	@Test
	void problemWhenMadeThenHasWhatItWasMadeWith() {
		DuctProblemException problem = new DuctProblemException(409, "Conflict", "in use", Map.of("order", 1));

		assertThat(problem.status()).isEqualTo(409);
		assertThat(problem.title()).isEqualTo("Conflict");
		assertThat(problem.detail()).isEqualTo("in use");
		assertThat(problem.properties()).isEqualTo(Map.of("order", 1));
		assertThat(problem).hasMessage("409 Conflict: in use");
	}

	@Test
	void problemWhenThereIsNoDetailThenSaysNoMoreThanItsTitle() {
		assertThat(new DuctProblemException(404, "Not found")).hasMessage("404 Not found");
		assertThat(new DuctProblemException(404, "Not found").detail()).isNull();
		assertThat(new DuctProblemException(404, "Not found", "gone").properties()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "status", "title", "detail" })
	void problemWhenAPropertyIsNamedLikeAMemberOfItsOwnThenIllegalArgument(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new DuctProblemException(409, "Conflict", null, Map.of(name, 1)))
			.withMessageContaining("'" + name + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "type", "instance", "Status", "" })
	void problemWhenAPropertyHasAnyOtherNameThenItIsTaken(String name) {
		assertThat(new DuctProblemException(409, "Conflict", null, Map.of(name, 1)).properties()).containsEntry(name,
				1);
	}

	@Test
	void propertiesWhenTheMapIsChangedLaterThenStayAsTheyWere() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("none", null);
		DuctProblemException problem = new DuctProblemException(409, "Conflict", null, properties);
		properties.put("late", 1);

		assertThat(problem.properties()).containsOnlyKeys("none");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> problem.properties().put("own", 1));
	}

}
