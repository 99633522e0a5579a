/** Why a test is left out that takes long and that another one stands for; false where KAFKA_STACKS_TEST_LONG wants it. */
export const unlessLong = (why: string): string | false =>
  !process.env.KAFKA_STACKS_TEST_LONG && `${why}: set KAFKA_STACKS_TEST_LONG`;
